package dev.palimpsest.training;

import dev.palimpsest.data.Batches;
import dev.palimpsest.model.UnsupportedModel;
import dev.palimpsest.spec.Branch;
import dev.palimpsest.spec.CheckpointPlan;
import dev.palimpsest.spec.Duration;
import dev.palimpsest.spec.EvaluationPlan;
import dev.palimpsest.spec.JobSpec;
import dev.palimpsest.spec.Schedule;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A job spec's length and points in steps of its dataset: how many there are, at which rate each is
 * made, and after which of them a checkpoint is saved and scored.
 *
 * @param steps counted from the trunk's beginning where the run goes on from one
 * @param checkpoints those that are kept whole
 */
public record Plan(
        long steps,
        int stepsPerEpoch,
        Schedule schedule,
        @Nullable Cooling cooling,
        SortedSet<Long> evaluations,
        SortedSet<Long> checkpoints,
        int checkpointEvery,
        List<String> warnings) {
    private static final long NEVER = Long.MAX_VALUE;

    /** Of a run, or with a cooling of one that goes on from its trunk. */
    public static Plan of(JobSpec spec, Batches batches, @Nullable Cooling cooling) {
        Schedule schedule = spec.training().schedule();
        int stepsPerEpoch = batches.stepsPerEpoch();
        long steps =
                switch (spec.training().duration()) {
                    case Duration.Epochs(double epochs) ->
                            Math.max(1, Math.round(epochs * stepsPerEpoch));
                    case Duration.Steps(long count) -> count;
                    case Duration.Tokens(long tokens) -> stepAt(tokens, NEVER, batches);
                };
        if (cooling != null) require(cooling, schedule, steps);
        long begin = cooling == null ? 0 : cooling.from();
        List<String> warnings = new ArrayList<>();
        SortedSet<Long> evaluations = new TreeSet<>(List.of(steps));
        for (long point : points(spec.evaluation().at(), steps, begin, batches)) {
            if (point > begin && point <= steps) evaluations.add(point);
            else warnings.add(outside("an evaluation", point, begin, steps));
        }
        SortedSet<Long> checkpoints = new TreeSet<>();
        for (long point : kept(spec.checkpoints().at(), steps, batches)) {
            if (point > begin && point <= steps) checkpoints.add(point);
            else warnings.add(outside("a checkpoint", point, begin, steps));
        }
        if (spec.training().epochs() == null && steps > stepsPerEpoch)
            warnings.add(
                    "the dataset has %d steps and is seen %.2f times in the run's %d"
                            .formatted(stepsPerEpoch, (double) steps / stepsPerEpoch, steps));
        warnings.addAll(
                cooling == null
                        ? scheduleWarnings(schedule, steps)
                        : coolingWarnings(cooling, schedule, due(spec, batches), steps));
        Integer checkpointEvery = spec.checkpoints().everySteps();
        return new Plan(
                steps,
                stepsPerEpoch,
                schedule,
                cooling,
                evaluations,
                checkpoints,
                checkpointEvery == null ? 0 : checkpointEvery,
                warnings);
    }

    private static List<Long> points(
            EvaluationPlan.Points at, long steps, long begin, Batches batches) {
        List<Long> points = new ArrayList<>(at.steps());
        for (double epoch : at.epochs())
            points.add(Math.max(1, Math.round(epoch * batches.stepsPerEpoch())));
        for (long tokens : at.tokens()) points.add(stepAt(tokens, steps, batches));
        Integer every = at.everySteps();
        if (every != null)
            for (long step = every; step < steps; step += every) if (step > begin) points.add(step);
        return points;
    }

    private static List<Long> kept(CheckpointPlan.Points at, long steps, Batches batches) {
        List<Long> points = new ArrayList<>(at.steps());
        for (double epochs : at.epochs()) points.add(within(epochs, batches));
        for (long tokens : at.tokens()) points.add(within(tokens, steps + 1, batches));
        return points;
    }

    /** Refuses a trunk whose rate is already falling, and a length that is over where it begins. */
    private static void require(Cooling cooling, Schedule schedule, long steps) {
        if (steps <= cooling.from())
            throw new UnsupportedModel(
                    "the branch ends at step %d and its trunk's checkpoint is of step %d, which leaves nothing to cool over: give it a greater length"
                            .formatted(steps, cooling.from()));
        long falling = schedule.fallsAfter(cooling.trunkSteps());
        if (cooling.from() > falling)
            throw new UnsupportedModel(
                    "the trunk's own schedule falls after step %d, and the branch would leave it at step %d: give the trunk the schedule constant, or inverse_square_root with cooldown 0"
                            .formatted(falling, cooling.from()));
    }

    private static String outside(String what, long point, long begin, long steps) {
        if (point > steps)
            return "%s was asked for at step %d, the run ends at step %d"
                    .formatted(what, point, steps);
        return begin == 0
                ? "%s was asked for before the first step's end, where there is none"
                        .formatted(what)
                : "%s was asked for at step %d, the branch begins after step %d"
                        .formatted(what, point, begin);
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

    /** A branch that leaves its trunk within the warm-up, or long before it had to. */
    private static List<String> coolingWarnings(
            Cooling cooling, Schedule schedule, long due, long steps) {
        List<String> warnings = new ArrayList<>();
        long warmup = Schedule.steps(schedule.warmup(), cooling.trunkSteps());
        if (cooling.from() < warmup)
            warnings.add(
                    "the branch leaves its trunk at step %d of a warm-up of %d: its peak rate is never reached"
                            .formatted(cooling.from(), warmup));
        if (cooling.from() < due)
            warnings.add(
                    "the branch leaves its trunk at step %d and not at step %d, of which there is no checkpoint: it cools over %.0f %% of its length"
                            .formatted(
                                    cooling.from(), due, 100.0 * (steps - cooling.from()) / steps));
        return warnings;
    }

    /** The last step at which a branch may leave its trunk. */
    private static long due(JobSpec spec, Batches batches) {
        Branch branch = spec.branch();
        if (branch == null) return 0;
        return switch (spec.training().duration()) {
            case Duration.Epochs(double epochs) -> within(branch.before(epochs), batches);
            case Duration.Steps(long count) -> branch.before(count);
            case Duration.Tokens(long tokens) -> within(branch.before(tokens), NEVER, batches);
        };
    }

    /** The multiple of the peak rate at which a step is made, the first step being 0. */
    public double multiple(long step) {
        return cooling == null
                ? schedule.multiple(step, steps)
                : cooling.multiple(schedule, step, steps);
    }

    public boolean savesAfter(long step) {
        return evaluations.contains(step)
                || checkpoints.contains(step)
                || (checkpointEvery > 0 && step % checkpointEvery == 0);
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

    /** The last step after which no more than so many tokens have. */
    private static long within(long tokens, long most, Batches batches) {
        long seen = 0;
        for (long step = 0; step < most; step++) {
            seen += batches.batch(step).tokens();
            if (seen > tokens) return step;
        }
        return most;
    }

    private static long within(double epochs, Batches batches) {
        return BigDecimal.valueOf(epochs)
                .multiply(BigDecimal.valueOf(batches.stepsPerEpoch()))
                .longValue();
    }
}
