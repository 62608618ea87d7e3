package dev.palimpsest.jobs;

import dev.palimpsest.spec.Guard;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a guard of the spec did last, and the numbers that made it.
 *
 * @param resultStep the step of the run's result; none where it was paused or has none
 * @param result the checkpoint of that step
 */
public record Guarded(
        Guard guard,
        long step,
        List<Value> values,
        String words,
        @Nullable Long resultStep,
        @Nullable String result) {
    /** What was measured at a step. */
    public record Value(long step, double value) {}

    /** Whether the run went no further. */
    public boolean ended() {
        return guard.action() != Guard.Action.PAUSE;
    }
}
