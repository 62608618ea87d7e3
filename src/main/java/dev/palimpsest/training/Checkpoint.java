package dev.palimpsest.training;

import dev.palimpsest.model.Safetensors;
import dev.palimpsest.model.UnsupportedModel;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.InvalidSpec;
import dev.palimpsest.spec.Training;
import dev.palimpsest.torch.Memory;
import dev.palimpsest.torch.Scope;
import dev.palimpsest.torch.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;

/**
 * A folder with what other tools load (an adapter or a model) at its top and what is needed to go
 * on in {@code state/}, the sums of all files among it. It is written aside and renamed, so it is
 * whole or absent, and compared with its sums before it is used.
 */
public record Checkpoint(Path folder) {
    private static final String STATE = "state";
    private static final String OPTIMIZER = "state/optimizer.safetensors";
    private static final String PROGRESS = "state/trainer.json";
    private static final String ROLLED_BACK = "rolled-back-";

    /** A file, its path relative to the checkpoint's folder, its size in bytes and its SHA-256. */
    public record SavedFile(String path, long bytes, String sha256) {}

    /** What writes the files at the top. */
    @FunctionalInterface
    public interface Artifact {
        void write(Path folder) throws IOException;
    }

    /** What a run has done, and the course on which it did it. */
    record Progress(TrainingState state, Course course) {}

    /** It is not what was written. */
    public static final class Damaged extends Exception {
        private static final long serialVersionUID = 1;

        Damaged(Path folder, String what) {
            super("the checkpoint %s is damaged: %s".formatted(folder, what));
        }
    }

    /** It could not be written, for want of room on the disk more often than not. */
    public static final class Unwritten extends IOException {
        private static final long serialVersionUID = 1;

        Unwritten(Path folder, IOException cause) {
            super(
                    "the checkpoint %s could not be written: %s; once that is mended the job goes on from the checkpoint before it"
                            .formatted(folder, reason(cause)),
                    cause);
        }

        private static String reason(IOException cause) {
            return cause.getMessage() == null ? cause.toString() : cause.getMessage();
        }
    }

    /** A new one in {@code parent}; what cannot be written leaves nothing behind. */
    static Checkpoint write(
            Path parent, Progress progress, Artifact artifact, Map<String, Tensor> optimizer)
            throws IOException {
        Path folder = parent.resolve(progress.state().name());
        Path aside = parent.resolve(progress.state().name() + ".part");
        try {
            delete(aside);
            Files.createDirectories(aside.resolve(STATE));
            artifact.write(aside);
            Safetensors.write(aside.resolve(OPTIMIZER), optimizer);
            Files.writeString(aside.resolve(PROGRESS), Binder.JSON.writeValueAsString(progress));
            Sums.of(aside).write(aside);
            delete(folder); // a run by hand may have been here before
            Files.move(aside, folder, StandardCopyOption.ATOMIC_MOVE);
            force(parent);
        } catch (IOException failed) {
            delete(aside);
            throw new Unwritten(folder, failed);
        }
        return new Checkpoint(folder);
    }

    /** Reads all of it once; what follows may rely on it. */
    public void verify() throws Damaged, IOException {
        Sums.in(folder).compare(folder);
        progress();
    }

    /** Nothing of what is needed to go on is kept any more. */
    public boolean pruned() {
        return !Files.isDirectory(folder.resolve(STATE));
    }

    /** Where the run was, and how often it has come back here since. */
    public TrainingState state() throws Damaged, IOException {
        TrainingState saved = progress().state();
        return saved.rolledBack(Math.max(saved.rollbacks(), rollbacks()));
    }

    /**
     * Refuses to go on a course on which the same steps would be other ones, but for a branch's.
     */
    public void fit(Training training, Plan plan) throws Damaged, IOException {
        Course here = Course.of(training, plan);
        Course there = progress().course();
        if (!here.equals(there) && !here.leaves(there, step()))
            throw new UnsupportedModel(
                    "the checkpoint %s has %s, this run has %s; its dataset or spec has changed since"
                            .formatted(folder, there, here));
    }

    public long step() throws Damaged, IOException {
        return progress().state().step();
    }

    private Progress progress() throws Damaged, IOException {
        try {
            return Binder.bind(Files.readString(folder.resolve(PROGRESS)), Progress.class);
        } catch (NoSuchFileException missing) {
            throw new Damaged(folder, PROGRESS + " is missing");
        } catch (InvalidSpec | JacksonException unreadable) {
            throw new Damaged(folder, PROGRESS + " is of another version or no JSON");
        }
    }

    /**
     * The run came back here, for the {@code count}-th time in its life; said by the name of an
     * empty file, which is there or not.
     */
    public void rolledBack(int count) throws IOException {
        Path state = folder.resolve(STATE);
        Path mark = state.resolve(ROLLED_BACK + count);
        if (!Files.exists(mark)) Files.createFile(mark);
        force(state);
    }

    private int rollbacks() throws IOException {
        try (Stream<Path> state = Files.list(folder.resolve(STATE))) {
            return state.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith(ROLLED_BACK))
                    .mapToInt(name -> Integer.parseInt(name.substring(ROLLED_BACK.length())))
                    .max()
                    .orElse(0);
        }
    }

    /** The optimizer's tensors in fresh memory. */
    Map<String, Tensor> optimizer(Scope scope, Memory memory) throws IOException {
        return Safetensors.open(folder.resolve(OPTIMIZER)).copied(scope, memory);
    }

    /** Every file as it was written, and the list of their sums. */
    public List<SavedFile> files() throws Damaged, IOException {
        return Sums.in(folder).andItself(folder);
    }

    private static void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory)) {
            channel.force(true);
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) return;
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) Files.delete(path);
        } catch (UncheckedIOException failed) {
            throw failed.getCause();
        }
    }
}
