package dev.palimpsest.jobs;

import dev.palimpsest.artifacts.Artifact;
import dev.palimpsest.artifacts.Artifacts;
import dev.palimpsest.web.Conflict;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Weights of one step, plus what is needed to go on training while its {@code state/} is kept.
 *
 * @param interim saved only because the run stopped there, and kept until the next one
 * @param whole its spec keeps it with all that is needed to go on
 * @param present whether its weights lie here; else it is a step that only scores are known of
 * @param folder where it lies, below the home folder
 * @param content what the weights are: a sum over their files' sums, equal wherever they lie
 */
public record Checkpoint(
        String id,
        String job,
        int attempt,
        long step,
        double epoch,
        long tokens,
        String kind,
        boolean interim,
        boolean whole,
        boolean present,
        String folder,
        List<File> files,
        String content) {
    private static final String STATE = "state/";

    /** A file of a checkpoint, its path relative to the checkpoint's folder. */
    public record File(String path, long bytes, String sha256) {
        boolean state() {
            return path.startsWith(STATE);
        }

        public Artifact artifact() {
            return new Artifact(path, bytes, sha256);
        }
    }

    /** One whose weights lie here. */
    public Checkpoint(
            String id,
            String job,
            int attempt,
            long step,
            double epoch,
            long tokens,
            String kind,
            boolean interim,
            String folder,
            List<File> files,
            String content) {
        this(
                id, job, attempt, step, epoch, tokens, kind, interim, false, true, folder, files,
                content);
    }

    /** A step whose weights are not here, only its scores. */
    public static Checkpoint absent(
            String id, String job, int attempt, long step, double epoch, long tokens, String kind) {
        return new Checkpoint(
                id,
                job,
                attempt,
                step,
                epoch,
                tokens,
                kind,
                false,
                false,
                false,
                "jobs/%s/absent/%s".formatted(job, id),
                List.of(),
                Checkpoints.content(List.of()));
    }

    /** Throws {@link Conflict} if there are no weights to do something with. */
    public Checkpoint requirePresent() {
        if (!present)
            throw new Conflict(
                    "the weights of checkpoint %s are not here, only what is known of them"
                            .formatted(id));
        return this;
    }

    /** Training can go on from here. */
    public boolean resumable() {
        return files.stream().anyMatch(File::state);
    }

    /** Where its weights lie on this machine, compared with their sums. */
    public Path verified(Artifacts artifacts) {
        return artifacts.verified(folder, artifacts(weights()));
    }

    /** Where all of it lies on this machine; who goes on from it compares its sums first. */
    public Path at(Artifacts artifacts) {
        return artifacts.at(folder, artifacts(files));
    }

    /** The first file of its weights that is gone. */
    public Optional<File> missing(Artifacts artifacts) {
        return artifacts
                .missing(folder, artifacts(weights()))
                .map(gone -> new File(gone.path(), gone.bytes(), gone.sha256()));
    }

    /** The files of one, as they are stored. */
    public static List<Artifact> artifacts(List<File> files) {
        return files.stream().map(File::artifact).toList();
    }

    long bytes() {
        return files.stream().mapToLong(File::bytes).sum();
    }

    /** The files that make it up, without what is only needed to go on training. */
    public List<File> weights() {
        return files.stream().filter(file -> !file.state()).toList();
    }
}
