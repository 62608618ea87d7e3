package dev.palimpsest.artifacts;

import dev.palimpsest.home.Home;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** They lie in the home folder, where whoever made them moves them. */
final class FolderArtifacts implements Artifacts {
    private final Home home;
    private final Verified verified = new Verified();

    FolderArtifacts(Home home) {
        this.home = home;
    }

    @Override
    public void store(Path folder, List<Artifact> files) {
        // the folder is moved to its place while its row is locked
    }

    @Override
    public Path at(String folder, List<Artifact> files) {
        return home.root().resolve(folder);
    }

    @Override
    public Path verified(String folder, List<Artifact> files) {
        Path place = at(folder, files);
        for (Artifact file : files)
            verified.require(
                    place.resolve(file.path()), file, "file %s/%s".formatted(folder, file.path()));
        return place;
    }

    @Override
    public void keepOnly(String folder, List<Artifact> files) {
        // these are no copies
    }

    @Override
    public Optional<List<String>> copies(Path room) {
        return Optional.empty();
    }

    @Override
    public Optional<Artifact> missing(String folder, List<Artifact> files) {
        Path place = at(folder, files);
        return files.stream()
                .filter(file -> !Files.isRegularFile(place.resolve(file.path())))
                .findFirst();
    }

    @Override
    public Optional<URI> link(Artifact file) {
        return Optional.empty();
    }

    @Override
    public Swept sweep(Instant before, Predicate<String> named) {
        return Swept.NOTHING;
    }
}
