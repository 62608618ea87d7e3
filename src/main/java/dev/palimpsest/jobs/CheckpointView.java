package dev.palimpsest.jobs;

import java.util.List;

/** A checkpoint as it is answered. */
record CheckpointView(
        String id,
        String job,
        long step,
        double epoch,
        long tokens,
        String kind,
        long bytes,
        boolean resumable,
        List<Checkpoint.File> files) {
    static CheckpointView of(Checkpoint checkpoint) {
        return new CheckpointView(
                checkpoint.id(),
                checkpoint.job(),
                checkpoint.step(),
                checkpoint.epoch(),
                checkpoint.tokens(),
                checkpoint.kind(),
                checkpoint.bytes(),
                checkpoint.resumable(),
                checkpoint.files());
    }
}
