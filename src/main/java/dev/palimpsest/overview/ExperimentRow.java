package dev.palimpsest.overview;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An experiment and how far it is.
 *
 * @param jobs how many of its jobs have each status
 * @param bestLearning the highest learning score of a checkpoint; null before any is scored
 * @param leastForgetting the lowest forgetting likewise, not necessarily of the same checkpoint
 */
record ExperimentRow(
        String id,
        String name,
        String baseModel,
        Map<String, Long> jobs,
        @Nullable Double bestLearning,
        @Nullable Double leastForgetting,
        Instant createdAt) {}
