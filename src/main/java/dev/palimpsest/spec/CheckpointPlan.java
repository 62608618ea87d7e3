package dev.palimpsest.spec;

import org.jspecify.annotations.Nullable;

/**
 * When a run saves what it needs to go on, and what is kept of that.
 *
 * @param everySteps how often, besides where the run is scored and at its end
 * @param keepLast so many of the newest are kept whole
 * @param keepEvery of the older ones, the weights of each so many steps are kept, as are those of
 *     the scored ones
 */
public record CheckpointPlan(
        @Nullable Integer everySteps, @Default("2") int keepLast, @Nullable Integer keepEvery) {
    public CheckpointPlan {
        Faults faults = new Faults();
        if (everySteps != null) faults.between(everySteps, 1, 1 << 30, "/every_steps");
        if (keepEvery != null) {
            faults.between(keepEvery, 1, 1 << 30, "/keep_every");
            faults.require(
                    everySteps == null || everySteps < 1 || keepEvery % everySteps == 0,
                    "/keep_every",
                    "must be a multiple of every_steps, got " + keepEvery);
        }
        faults.between(keepLast, 1, 1000, "/keep_last").raise();
    }

    /** Whether a step's weights stay when its checkpoint is no longer among the last. */
    public boolean keeps(long step) {
        return keepEvery != null && step % keepEvery == 0;
    }
}
