package dev.palimpsest.jobs;

import dev.palimpsest.catalog.Dataset;
import dev.palimpsest.model.MemoryPlan;
import dev.palimpsest.spec.Branch;
import dev.palimpsest.spec.Duration;
import dev.palimpsest.spec.JobSpec;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a job would do, as far as that is known before its data is tokenised.
 *
 * @param steps that it makes itself, which are all of a run but those of a branch's trunk
 * @param tokensPerStep with every row as long as the spec allows
 * @param tokens of those steps, counted likewise
 * @param memory of the one device that a job uses, in bytes
 * @param deviceBytes the memory of the largest device
 * @param warnings what would have to happen before a worker could run it
 */
public record PlanView(
        @Nullable Long steps,
        long tokensPerStep,
        @Nullable Long tokens,
        @Nullable Long microBatchTokens,
        @Nullable Long trainableParameters,
        @Nullable MemoryPlan memory,
        @Nullable Long deviceBytes,
        List<String> warnings) {

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

    /** The steps of a run without those of the trunk, which is left where the cooldown begins. */
    static @Nullable Long own(JobSpec spec, @Nullable Long whole, Optional<Long> from) {
        Branch branch = spec.branch();
        if (whole == null || branch == null) return whole;
        return whole - from.orElseGet(() -> branch.before(whole));
    }

    static @Nullable Long tokens(JobSpec spec, @Nullable Long steps, Optional<Long> from) {
        Long whole = spec.training().maxTokens();
        Branch branch = spec.branch();
        if (whole != null)
            return branch == null ? whole : whole - from.orElseGet(() -> branch.before(whole));
        return steps == null ? null : steps * tokensPerStep(spec);
    }

    static long tokensPerStep(JobSpec spec) {
        return (long) spec.training().batchSize() * spec.training().sequenceLength();
    }
}
