package dev.palimpsest.catalog;

import dev.palimpsest.home.Home;
import dev.palimpsest.hub.Hub;
import dev.palimpsest.hub.RemoteFile;
import dev.palimpsest.hub.Snapshot;
import dev.palimpsest.model.Architecture;
import dev.palimpsest.model.UnsupportedModel;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.springframework.stereotype.Component;

/** Fetches from the hub the files that a model needs, the small ones that may refuse it first. */
@Component
class HubFiles {
    private static final String SINGLE = "model.safetensors";

    private final Hub hub;
    private final Imports imports;
    private final Home home;

    HubFiles(Hub hub, Imports imports, Home home) {
        this.hub = hub;
        this.imports = imports;
        this.home = home;
    }

    void write(Imports.Attempt attempt, ModelSource.Hub source, Path into, Tally tally)
            throws IOException, InterruptedException {
        tally.begin(ImportPhase.RESOLVING, null);
        Snapshot snapshot = snapshot(attempt, source);
        for (String name : List.of("config.json", "tokenizer.json"))
            if (!snapshot.names().contains(name))
                throw new UnsupportedModel(
                        "model '%s' has no %s at %s; choose one that transformers loads with a fast tokenizer"
                                .formatted(source.id(), name, source.revision()));
        fetchJson(snapshot, "config.json", into);
        Architecture.of(into); // refused before its weights move

        List<RemoteFile> files = files(snapshot, weights(snapshot, source, into));
        checkRoom(source, files);
        tally.begin(ImportPhase.DOWNLOADING, files.stream().mapToLong(RemoteFile::size).sum());
        for (RemoteFile file : files) fetch(snapshot, file, into, tally::moved);
    }

    /** An import that goes on takes the commit that it began with. */
    private Snapshot snapshot(Imports.Attempt attempt, ModelSource.Hub source)
            throws IOException, InterruptedException {
        String revision = imports.commit(attempt).orElse(source.revision());
        Snapshot snapshot = hub.snapshot(source.id(), revision);
        if (imports.resolved(attempt, snapshot.commit()).isEmpty())
            throw new InterruptedException("the import is called off");
        return snapshot;
    }

    /** As transformers does: one file if there is one, else the shards that the index names. */
    private List<String> weights(Snapshot snapshot, ModelSource.Hub source, Path into)
            throws IOException, InterruptedException {
        if (snapshot.names().contains(SINGLE)) return List.of(SINGLE);
        if (!snapshot.names().contains(ModelDirectory.INDEX))
            throw new UnsupportedModel(
                    "model '%s' has no %s at %s; only safetensors are read, and it has %s"
                            .formatted(
                                    source.id(),
                                    SINGLE,
                                    source.revision(),
                                    String.join(", ", snapshot.names())));
        fetchJson(snapshot, ModelDirectory.INDEX, into);
        List<String> shards = ModelDirectory.shardNames(into.resolve(ModelDirectory.INDEX));
        for (String shard : shards)
            if (!snapshot.names().contains(shard))
                throw new UnsupportedModel(
                        "%s of model '%s' names '%s', which is not there"
                                .formatted(ModelDirectory.INDEX, source.id(), shard));
        return shards;
    }

    private List<RemoteFile> files(Snapshot snapshot, List<String> weights)
            throws IOException, InterruptedException {
        List<String> names = new ArrayList<>(ModelDirectory.OTHER_FILES);
        if (weights.equals(List.of(SINGLE))) names.remove(ModelDirectory.INDEX);
        names.addAll(weights);
        List<RemoteFile> files = new ArrayList<>();
        for (String name : names) hub.file(snapshot, name).ifPresent(files::add);
        for (RemoteFile file : files)
            if (!weights.contains(file.name())) ModelDirectory.refuseHuge(file.name(), file.size());
        return files;
    }

    private void checkRoom(ModelSource.Hub source, List<RemoteFile> files) throws IOException {
        long missing = 0;
        for (RemoteFile file : files) missing = Math.addExact(missing, hub.missing(file));
        long free = Files.getFileStore(home.root()).getUsableSpace();
        if (missing > free)
            throw new UnsupportedModel(
                    "model '%s' has %,d MB still to download, and %s has %,d MB left; make room there"
                            .formatted(source.id(), missing >> 20, home.root(), free >> 20));
    }

    private void fetchJson(Snapshot snapshot, String name, Path into)
            throws IOException, InterruptedException {
        RemoteFile file = hub.file(snapshot, name).orElseThrow();
        ModelDirectory.refuseHuge(name, file.size());
        fetch(snapshot, file, into, _ -> {});
    }

    private void fetch(Snapshot snapshot, RemoteFile file, Path into, LongConsumer moved)
            throws IOException, InterruptedException {
        Path cached = hub.fetch(snapshot, file, moved);
        Path place = into.resolve(file.name());
        if (!Files.exists(place)) link(cached, place);
    }

    /** A second name for the same bytes where the file system has such, else a copy. */
    private static void link(Path cached, Path place) throws IOException {
        try {
            Files.createLink(place, cached);
        } catch (UnsupportedOperationException | FileSystemException _) {
            Files.copy(cached, place);
        }
    }
}
