package dev.palimpsest.artifacts;

import dev.palimpsest.home.Home;
import dev.palimpsest.web.NotAnswered;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * They lie in a bucket under their sums, and what was read of them in the home folder as if it had
 * been made there. So none is ever overwritten by another, equal ones lie there once, and a worker
 * reads what it has read before from its own disk.
 */
final class S3Artifacts implements Artifacts, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(S3Artifacts.class);

    private final Bucket bucket;
    private final boolean presigned;
    private final Home home;
    private final Copies copies;
    private final Verified verified = new Verified();

    S3Artifacts(Bucket bucket, boolean presigned, Home home, Copies copies) {
        this.bucket = bucket;
        this.presigned = presigned;
        this.home = home;
        this.copies = copies;
    }

    @Override
    public void store(Path folder, List<Artifact> files) {
        answered(
                () -> {
                    for (Artifact file : files) bucket.put(folder.resolve(file.path()), file);
                    return true;
                });
    }

    /** A name may have been given anew since its files were fetched, so their sums decide. */
    @Override
    public Path at(String folder, List<Artifact> files) {
        return verified(folder, files);
    }

    @Override
    public Path verified(String folder, List<Artifact> files) {
        Path place = home.root().resolve(folder);
        for (Artifact file : files)
            have(place.resolve(file.path()), file, "file %s/%s".formatted(folder, file.path()));
        return place;
    }

    @Override
    public void keepOnly(String folder, List<Artifact> files) {
        Path place = home.root().resolve(folder);
        if (files.isEmpty() || !Files.isDirectory(place)) return;
        Set<String> names = files.stream().map(Artifact::path).collect(Collectors.toSet());
        try (Stream<Path> all = Files.walk(place)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                boolean arrives = file.getFileName().toString().startsWith(".");
                if (!arrives && !names.contains(place.relativize(file).toString()))
                    Files.deleteIfExists(file);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public Optional<List<String>> copies(Path room) {
        try (Stream<Path> all = Files.list(room)) {
            return Optional.of(
                    all.map(folder -> folder.getFileName().toString())
                            .filter(name -> !name.startsWith("."))
                            .toList());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public Optional<Artifact> missing(String folder, List<Artifact> files) {
        return answered(() -> files.stream().filter(file -> !bucket.has(file)).findFirst());
    }

    @Override
    public Optional<URI> link(Artifact file) {
        return presigned ? Optional.of(bucket.link(file)) : Optional.empty();
    }

    @Override
    public Swept sweep(Instant before, Predicate<String> named) {
        return bucket.sweep(before, named);
    }

    @Override
    public void close() {
        bucket.close();
    }

    private void have(Path place, Artifact file, String said) {
        copies.read(place); // before it is looked for, so that it is not taken meanwhile
        if (Files.exists(place)) {
            try {
                verified.require(place, file, said);
                return;
            } catch (Damaged stale) {
                log.info("{} is fetched again: {}", said, stale.getMessage());
            }
        }
        copies.makeRoom(file.bytes());
        answered(
                () -> {
                    bucket.fetch(file, place, said);
                    return true;
                });
        verified.require(place, file, said);
    }

    private static <T> T answered(Supplier<T> asked) {
        try {
            return asked.get();
        } catch (SdkException unanswered) {
            throw NotAnswered.unavailable(
                    "the bucket that files lie in does not answer (%s); try again later"
                            .formatted(unanswered.getMessage()));
        }
    }
}
