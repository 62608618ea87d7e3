package dev.palimpsest.advice;

import dev.palimpsest.analysis.Estimate.Value;
import java.util.Map;

/**
 * A run at its end, as the schedule had it.
 *
 * @param diverged whether it lost its way, even if it went back and on
 * @param values none until the end is scored
 */
record Ended(
        String job,
        Condition condition,
        double rate,
        long seed,
        boolean diverged,
        String checkpoint,
        long tokens,
        double epoch,
        Map<Measured, Value> values) {
    boolean counts() {
        return !diverged && values.containsKey(Measured.LEARNING);
    }
}
