package dev.palimpsest.jobs;

import java.util.List;

/**
 * Weights of one step, plus what is needed to go on training while its {@code state/} is kept.
 *
 * @param interim saved only because the run stopped there, and kept until the next one
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
        String folder,
        List<File> files,
        String content) {
    private static final String STATE = "state/";

    /** A file of a checkpoint, its path relative to the checkpoint's folder. */
    public record File(String path, long bytes, String sha256) {
        boolean state() {
            return path.startsWith(STATE);
        }
    }

    /** Training can go on from here. */
    public boolean resumable() {
        return files.stream().anyMatch(File::state);
    }

    long bytes() {
        return files.stream().mapToLong(File::bytes).sum();
    }

    /** The files that make it up, without what is only needed to go on training. */
    public List<File> weights() {
        return files.stream().filter(file -> !file.state()).toList();
    }
}
