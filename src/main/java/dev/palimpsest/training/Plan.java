package dev.palimpsest.training;

import dev.palimpsest.data.Batches;
import dev.palimpsest.spec.Duration;
import dev.palimpsest.spec.JobSpec;
import dev.palimpsest.spec.Schedule;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A job spec's length and points in steps of its dataset: how many there are, and after which of
 * them a checkpoint is saved and scored.
 */
public record Plan(
        long steps,
        int stepsPerEpoch,
        SortedSet<Long> evaluations,
        int checkpointEvery,
        List<String> warnings) {
    private static final long NEVER = Long.MAX_VALUE;

    public static Plan of(JobSpec spec, Batches batches) {
        int stepsPerEpoch = batches.stepsPerEpoch();
        long steps =
                switch (spec.training().duration()) {
                    case Duration.Epochs(double epochs) ->
                            Math.max(1, Math.round(epochs * stepsPerEpoch));
                    case Duration.Steps(long count) -> count;
                    case Duration.Tokens(long tokens) -> stepAt(tokens, NEVER, batches);
                };
        var at = spec.evaluation().at();
        List<Long> points = new ArrayList<>(at.steps());
        for (double epoch : at.epochs()) points.add(Math.max(1, Math.round(epoch * stepsPerEpoch)));
        for (long tokens : at.tokens()) points.add(stepAt(tokens, steps, batches));
        Integer every = at.everySteps();
        if (every != null) for (long step = every; step < steps; step += every) points.add(step);
        List<String> warnings = new ArrayList<>();
        SortedSet<Long> evaluations = new TreeSet<>(List.of(steps));
        for (long point : points) {
            if (point <= steps) evaluations.add(point);
            else
                warnings.add(
                        "an evaluation was asked for at step %d, the run ends at step %d"
                                .formatted(point, steps));
        }
        if (spec.training().epochs() == null && steps > stepsPerEpoch)
            warnings.add(
                    "the dataset has %d steps and is seen %.2f times in the run's %d"
                            .formatted(stepsPerEpoch, (double) steps / stepsPerEpoch, steps));
        warnings.addAll(scheduleWarnings(spec.training().schedule(), steps));
        Integer checkpointEvery = spec.checkpoints().everySteps();
        return new Plan(
                steps,
                stepsPerEpoch,
                evaluations,
                checkpointEvery == null ? 0 : checkpointEvery,
                warnings);
    }

    /** A warm-up or cooldown that the run has no room for, as in the paper's shortest budgets. */
    private static List<String> scheduleWarnings(Schedule schedule, long steps) {
        long warmup = Schedule.steps(schedule.warmup(), steps);
        long cooldown =
                schedule instanceof Schedule.InverseSquareRoot root
                        ? Schedule.steps(root.cooldown(), steps)
                        : 0;
        if (warmup >= steps)
            return List.of(
                    "the warm-up takes %d steps, the run has %d: its peak rate is never reached"
                            .formatted(warmup, steps));
        if (warmup + cooldown <= steps) return List.of();
        return List.of(
                "the cooldown of %d steps is cut to the %d that the warm-up leaves of the run"
                        .formatted(cooldown, steps - warmup));
    }

    public boolean savesAfter(long step) {
        return evaluations.contains(step) || (checkpointEvery > 0 && step % checkpointEvery == 0);
    }

    /** The first step after which so many tokens, padding apart, have gone through the model. */
    private static long stepAt(long tokens, long most, Batches batches) {
        long seen = 0;
        for (long step = 0; step < most; step++) {
            seen += batches.batch(step).tokens();
            if (seen >= tokens) return step + 1;
        }
        return most + 1;
    }
}
