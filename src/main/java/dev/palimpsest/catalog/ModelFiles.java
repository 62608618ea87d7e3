package dev.palimpsest.catalog;

import dev.palimpsest.artifacts.Artifact;
import dev.palimpsest.artifacts.Artifacts;
import dev.palimpsest.gguf.GgufImport;
import dev.palimpsest.home.Home;
import dev.palimpsest.model.RandomModel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.springframework.stereotype.Component;

/** Brings a model's files into a folder and checks them there. */
@Component
class ModelFiles implements Importer<BaseModel> {
    static final String TASK = "import";

    private final Models models;
    private final Tokenizers tokenizers;
    private final LocalPaths paths;
    private final HubModel hub;
    private final Home home;
    private final Artifacts artifacts;
    private final Clock clock;

    ModelFiles(
            Models models,
            Tokenizers tokenizers,
            LocalPaths paths,
            HubModel hub,
            Home home,
            Artifacts artifacts,
            Clock clock) {
        this.models = models;
        this.tokenizers = tokenizers;
        this.paths = paths;
        this.hub = hub;
        this.home = home;
        this.artifacts = artifacts;
        this.clock = clock;
    }

    @Override
    public String task() {
        return TASK;
    }

    @Override
    public ImportRows<BaseModel> rows() {
        return models;
    }

    @Override
    public Path place() {
        return home.models();
    }

    @Override
    public Move<BaseModel> write(Imports.Attempt<BaseModel> attempt, Path into, Tally tally)
            throws IOException, InterruptedException {
        switch (attempt.thing().source().orElseThrow()) {
            case ModelSource.Directory(String path) ->
                    copy(ModelDirectory.checked(paths.stillOpen(path)).files(), into, tally);
            case ModelSource.Random(var config, long seed, String tokenizer) -> {
                copy(tokenizers.files(tokenizer), into, tally);
                tally.begin(ImportPhase.MAKING, null);
                RandomModel.write(into, config, seed);
            }
            case ModelSource.Gguf(String path) ->
                    GgufImport.write(
                            paths.stillOpen(path),
                            into,
                            (bytes, total) -> tally.at(ImportPhase.CONVERTING, bytes, total),
                            Thread.currentThread()::isInterrupted);
            case ModelSource.Hub source -> hub.write(attempt, source, into, tally);
        }
        tally.begin(ImportPhase.CHECKING, null);
        ModelContent content = content(into);
        artifacts.store(into, content.files());
        return model -> {
            Folder.moveInto(into, model.directory(home));
            model.imported(content, clock.instant());
        };
    }

    /** What lies in a folder, checked once more where it will stay. */
    static ModelContent content(Path folder) throws IOException {
        ModelDirectory directory = ModelDirectory.checked(folder);
        return new ModelContent(
                directory.architecture(),
                directory.architecture().parameters(),
                Artifact.of(folder, directory.files()),
                Folder.sha256(directory.files()));
    }

    private static void copy(List<Path> files, Path into, Tally tally) throws IOException {
        long bytes = 0;
        for (Path file : files) bytes += Files.size(file);
        tally.begin(ImportPhase.COPYING, bytes);
        for (Path file : files)
            try (InputStream counted = tally.open(file)) {
                Files.copy(counted, into.resolve(file.getFileName().toString()));
            }
    }
}
