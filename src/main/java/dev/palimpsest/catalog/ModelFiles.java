package dev.palimpsest.catalog;

import dev.palimpsest.gguf.GgufImport;
import dev.palimpsest.model.RandomModel;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.springframework.stereotype.Component;

/** Brings a source's files into a folder and checks them there; an interrupt ends it. */
@Component
class ModelFiles {
    private static final int BYTES_AT_ONCE = 1 << 20;

    private final Tokenizers tokenizers;
    private final HubFiles hub;

    ModelFiles(Tokenizers tokenizers, HubFiles hub) {
        this.tokenizers = tokenizers;
        this.hub = hub;
    }

    ModelContent write(Imports.Attempt attempt, Path into, Tally tally)
            throws IOException, InterruptedException {
        switch (attempt.source()) {
            case ModelSource.Directory(String path) ->
                    copy(ModelDirectory.checked(Path.of(path)).files(), into, tally);
            case ModelSource.Random(var config, long seed, String tokenizer) -> {
                copy(tokenizers.files(tokenizer), into, tally);
                tally.begin(ImportPhase.MAKING, null);
                RandomModel.write(into, config, seed);
            }
            case ModelSource.Gguf(String path) ->
                    GgufImport.write(
                            Path.of(path),
                            into,
                            (bytes, total) -> tally.at(ImportPhase.CONVERTING, bytes, total),
                            Thread.currentThread()::isInterrupted);
            case ModelSource.Hub source -> hub.write(attempt, source, into, tally);
        }
        tally.begin(ImportPhase.CHECKING, null);
        return content(into);
    }

    /** What lies in a folder, checked once more where it will stay. */
    static ModelContent content(Path folder) throws IOException {
        ModelDirectory directory = ModelDirectory.checked(folder);
        long bytes = 0;
        for (Path file : directory.files()) bytes += Files.size(file);
        return new ModelContent(
                directory.architecture(),
                directory.architecture().parameters(),
                bytes,
                Folder.sha256(directory.files()));
    }

    private static void copy(List<Path> files, Path into, Tally tally) throws IOException {
        long bytes = 0;
        for (Path file : files) bytes += Files.size(file);
        tally.begin(ImportPhase.COPYING, bytes);
        for (Path file : files) copy(file, into.resolve(file.getFileName().toString()), tally);
    }

    private static void copy(Path file, Path to, Tally tally) throws IOException {
        byte[] buffer = new byte[BYTES_AT_ONCE];
        try (InputStream in = Files.newInputStream(file);
                OutputStream out = Files.newOutputStream(to)) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                out.write(buffer, 0, count);
                tally.moved(count);
            }
        }
    }
}
