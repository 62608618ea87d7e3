package dev.palimpsest.jobs;

import dev.palimpsest.catalog.Dataset;
import dev.palimpsest.model.MemoryPlan;
import dev.palimpsest.spec.Duration;
import dev.palimpsest.spec.JobSpec;
import org.jspecify.annotations.Nullable;

/**
 * What a job would do, as far as that is known before its data is tokenised.
 *
 * @param steps of the whole run
 * @param tokensPerStep with every row as long as the spec allows
 * @param tokens of the whole run, counted likewise
 * @param memory of the one device that a job uses, in bytes
 * @param deviceBytes the memory of the largest device
 */
public record PlanView(
        @Nullable Long steps,
        long tokensPerStep,
        @Nullable Long tokens,
        @Nullable Long microBatchTokens,
        @Nullable Long trainableParameters,
        @Nullable MemoryPlan memory,
        @Nullable Long deviceBytes) {

    /** How many steps the spec says, or its dataset's documents where each is a row of its own. */
    static @Nullable Long steps(JobSpec spec, Dataset train) {
        return switch (spec.training().duration()) {
            case Duration.Steps(long count) -> count;
            case Duration.Tokens _ -> null;
            case Duration.Epochs(double epochs) -> {
                boolean counted = !spec.training().packing() && spec.dataset().maxTokens() == null;
                if (!counted || train.documents().isEmpty()) yield null;
                long rows = train.documents().get();
                yield Math.max(
                        1, Math.round(epochs * Math.ceilDiv(rows, spec.training().batchSize())));
            }
        };
    }

    static @Nullable Long tokens(JobSpec spec, @Nullable Long steps) {
        if (spec.training().maxTokens() != null) return spec.training().maxTokens();
        return steps == null ? null : steps * tokensPerStep(spec);
    }

    static long tokensPerStep(JobSpec spec) {
        return (long) spec.training().batchSize() * spec.training().sequenceLength();
    }
}
