package dev.palimpsest.sweeps;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A sweep in a list.
 *
 * @param statuses how many of its jobs have each status
 */
record SweepSummary(
        String id,
        String experiment,
        @Nullable String name,
        Map<String, Long> statuses,
        Instant createdAt) {
    static SweepSummary of(Sweep sweep, Map<String, Long> statuses) {
        return new SweepSummary(
                sweep.id(),
                sweep.experiment(),
                sweep.name().orElse(null),
                statuses,
                sweep.createdAt());
    }
}
