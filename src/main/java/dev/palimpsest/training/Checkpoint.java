package dev.palimpsest.training;

import dev.palimpsest.model.Safetensors;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.Sha256;
import dev.palimpsest.torch.Memory;
import dev.palimpsest.torch.Scope;
import dev.palimpsest.torch.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A folder with what other tools load (an adapter or a model) at its top and what is needed to go
 * on in {@code state/}; it is written aside and renamed, so it is whole or absent.
 */
public record Checkpoint(Path folder) {
    private static final String OPTIMIZER = "state/optimizer.safetensors";
    private static final String PROGRESS = "state/trainer.json";

    /** A file, its path relative to the checkpoint's folder, its size in bytes and its SHA-256. */
    public record SavedFile(String path, long bytes, String sha256) {}

    /** What writes the files at the top. */
    @FunctionalInterface
    public interface Artifact {
        void write(Path folder) throws IOException;
    }

    static Checkpoint write(
            Path parent, TrainingState state, Artifact artifact, Map<String, Tensor> optimizer)
            throws IOException {
        Path folder = parent.resolve("step-" + state.step());
        Path aside = parent.resolve("step-" + state.step() + ".part");
        delete(aside);
        delete(folder);
        Files.createDirectories(aside.resolve("state"));
        artifact.write(aside);
        Safetensors.write(aside.resolve(OPTIMIZER), optimizer);
        Files.writeString(aside.resolve(PROGRESS), Binder.JSON.writeValueAsString(state));
        Files.move(aside, folder, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(parent)) {
            directory.force(true);
        }
        return new Checkpoint(folder);
    }

    TrainingState state() throws IOException {
        return Binder.bind(Files.readString(folder.resolve(PROGRESS)), TrainingState.class);
    }

    /** The optimizer's tensors in fresh memory. */
    Map<String, Tensor> optimizer(Scope scope, Memory memory) throws IOException {
        Map<String, Tensor> copies = new LinkedHashMap<>();
        try (Scope mapped = scope.nested()) {
            Safetensors.open(folder.resolve(OPTIMIZER))
                    .tensors(mapped, memory)
                    .forEach((name, tensor) -> copies.put(name, memory.copy(scope, tensor)));
        }
        return copies;
    }

    public List<SavedFile> files() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).sorted().map(this::described).toList();
        }
    }

    private SavedFile described(Path file) {
        try {
            return new SavedFile(
                    folder.relativize(file).toString(), Files.size(file), Sha256.of(file));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) return;
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) Files.delete(path);
        }
    }
}
