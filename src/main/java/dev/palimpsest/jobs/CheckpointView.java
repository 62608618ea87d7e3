package dev.palimpsest.jobs;

import java.util.List;

/** A checkpoint as it is answered. */
public record CheckpointView(
        String id,
        String job,
        long step,
        double epoch,
        long tokens,
        String kind,
        long bytes,
        boolean resumable,
        boolean present,
        List<Checkpoint.File> files) {
    public static CheckpointView of(Checkpoint checkpoint) {
        return new CheckpointView(
                checkpoint.id(),
                checkpoint.job(),
                checkpoint.step(),
                checkpoint.epoch(),
                checkpoint.tokens(),
                checkpoint.kind(),
                checkpoint.bytes(),
                checkpoint.resumable(),
                checkpoint.present(),
                checkpoint.files());
    }
}
