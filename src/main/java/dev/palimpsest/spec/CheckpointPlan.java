package dev.palimpsest.spec;

import org.jspecify.annotations.Nullable;

/**
 * When a run saves what it needs to go on, and how many of those are kept besides the evaluated
 * ones and the last.
 */
public record CheckpointPlan(@Nullable Integer everySteps, @Default("2") int keepLast) {
    public CheckpointPlan {
        Faults faults = new Faults();
        if (everySteps != null) faults.between(everySteps, 1, 1 << 30, "/every_steps");
        faults.between(keepLast, 1, 1000, "/keep_last").raise();
    }
}
