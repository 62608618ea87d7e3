package dev.palimpsest.spec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When a run saves what it needs to go on, and what is kept of that.
 *
 * @param everySteps how often, besides where the run is scored and at its end
 * @param keepLast so many of the newest are kept whole
 * @param keepEvery of the older ones, the weights of each so many steps are kept, as are those of
 *     the scored ones
 * @param at where else, to be kept whole for good
 */
public record CheckpointPlan(
        @Nullable Integer everySteps,
        @Default("2") int keepLast,
        @Nullable Integer keepEvery,
        @Default("{}") Points at) {
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

    /** Points of a run, each of which means the last step that does not pass it. */
    public record Points(
            @Default("[]") List<Double> epochs,
            @Default("[]") List<Long> steps,
            @Default("[]") List<Long> tokens) {
        public static final Points NONE = new Points(List.of(), List.of(), List.of());

        public Points {
            epochs = List.copyOf(epochs);
            steps = List.copyOf(steps);
            tokens = List.copyOf(tokens);
            new Faults()
                    .require(epochs.stream().allMatch(e -> e > 0), "/epochs", "must all be above 0")
                    .require(steps.stream().allMatch(s -> s > 0), "/steps", "must all be above 0")
                    .require(tokens.stream().allMatch(t -> t > 0), "/tokens", "must all be above 0")
                    .raise();
        }
    }
}
