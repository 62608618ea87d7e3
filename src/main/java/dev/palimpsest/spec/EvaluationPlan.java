package dev.palimpsest.spec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where in a run its checkpoints are scored (always at the end too), and on how many items of a
 * task.
 */
public record EvaluationPlan(@Default("{}") Points at, @Nullable Integer limit) {
    public EvaluationPlan {
        if (limit != null) new Faults().between(limit, 1, 1 << 30, "/limit").raise();
    }

    /** Points of a run: any of the lists, or every so many steps. */
    public record Points(
            @Default("[]") List<Double> epochs,
            @Default("[]") List<Long> steps,
            @Default("[]") List<Long> tokens,
            @Nullable Integer everySteps) {
        public Points {
            epochs = List.copyOf(epochs);
            steps = List.copyOf(steps);
            tokens = List.copyOf(tokens);
            Faults faults = new Faults();
            faults.require(epochs.stream().allMatch(e -> e > 0), "/epochs", "must all be above 0");
            faults.require(steps.stream().allMatch(s -> s > 0), "/steps", "must all be above 0");
            faults.require(tokens.stream().allMatch(t -> t > 0), "/tokens", "must all be above 0");
            if (everySteps != null) faults.between(everySteps, 1, 1 << 30, "/every_steps");
            faults.raise();
        }
    }
}
