package dev.palimpsest.catalog;

import dev.palimpsest.hub.RemoteFile;
import dev.palimpsest.hub.Repository;
import dev.palimpsest.hub.Snapshot;
import dev.palimpsest.model.Architecture;
import dev.palimpsest.model.UnsupportedModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.springframework.stereotype.Component;

/** Fetches from the hub the files that a model needs, the small ones that may refuse it first. */
@Component
class HubModel {
    private static final String SINGLE = "model.safetensors";

    private final HubFiles hub;

    HubModel(HubFiles hub) {
        this.hub = hub;
    }

    void write(Imports.Attempt<BaseModel> attempt, ModelSource.Hub source, Path into, Tally tally)
            throws IOException, InterruptedException {
        tally.begin(ImportPhase.RESOLVING, null);
        Snapshot snapshot =
                hub.snapshot(attempt, Repository.ofModel(source.id()), source.revision());
        for (String name : List.of("config.json", "tokenizer.json"))
            if (!snapshot.names().contains(name))
                throw new UnsupportedModel(
                        "model '%s' has no %s at %s; choose one that transformers loads with a fast tokenizer"
                                .formatted(source.id(), name, source.revision()));
        fetchJson(snapshot, "config.json", into);
        Architecture.of(into); // refused before its weights move

        List<RemoteFile> files = files(snapshot, weights(snapshot, source, into));
        hub.checkRoom(snapshot, files);
        tally.begin(ImportPhase.DOWNLOADING, files.stream().mapToLong(RemoteFile::size).sum());
        for (RemoteFile file : files) fetch(snapshot, file, into, tally::moved);
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

    private void fetchJson(Snapshot snapshot, String name, Path into)
            throws IOException, InterruptedException {
        RemoteFile file = hub.file(snapshot, name).orElseThrow();
        ModelDirectory.refuseHuge(name, file.size());
        fetch(snapshot, file, into, _ -> {});
    }

    private void fetch(Snapshot snapshot, RemoteFile file, Path into, LongConsumer moved)
            throws IOException, InterruptedException {
        hub.fetch(snapshot, file, into.resolve(file.name()), moved);
    }
}
