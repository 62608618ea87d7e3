package dev.palimpsest.spec;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where in a run its checkpoints are scored (always at the end too), on how many items of a task,
 * and by which rules.
 *
 * @param fewShot how many exemplars a task shows, by its name, where that is not its usual number
 * @param convention of the tasks of choices, which others do not know; the experiment's if left out
 * @param by whom; the loss on the validation dataset is the trainer's to measure either way
 */
public record EvaluationPlan(
        @Default("{}") Points at,
        @Nullable Integer limit,
        @Default("{}") Map<String, Integer> fewShot,
        @Default("\"sampled\"") Exemplars exemplars,
        @Nullable Convention convention,
        @Default("\"trainer\"") Scorer by) {
    public static final int MOST_EXEMPLARS = 100;

    public EvaluationPlan {
        fewShot = Map.copyOf(fewShot);
        Faults faults = new Faults();
        if (limit != null) faults.between(limit, 1, 1 << 30, "/limit");
        fewShot.forEach(
                (task, count) -> faults.between(count, 0, MOST_EXEMPLARS, "/few_shot/" + task));
        faults.raise();
    }

    /** By whose rules tasks of choices are asked. */
    public Convention rules() {
        return convention == null ? Convention.LM_EVAL : convention;
    }

    /** The same by a convention. */
    public EvaluationPlan under(Convention its) {
        return new EvaluationPlan(at, limit, fewShot, exemplars, its, by);
    }

    /** The usual rules, at the end only. */
    public static EvaluationPlan usual() {
        return asking(Map.of(), Exemplars.SAMPLED, Convention.LM_EVAL);
    }

    /** The end only, all items. */
    public static EvaluationPlan asking(
            Map<String, Integer> fewShot, Exemplars exemplars, Convention convention) {
        return new EvaluationPlan(
                Points.NONE, null, fewShot, exemplars, convention, Scorer.TRAINER);
    }

    /** Points of a run: any of the lists, or every so many steps. */
    public record Points(
            @Default("[]") List<Double> epochs,
            @Default("[]") List<Long> steps,
            @Default("[]") List<Long> tokens,
            @Nullable Integer everySteps) {
        /** The end only. */
        public static final Points NONE = new Points(List.of(), List.of(), List.of(), null);

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

        /** How many there are before the end, at most, as far as the spec alone tells that. */
        long mostBeforeTheEnd(Training training) {
            return before(epochs, training.epochs())
                    + before(steps, training.maxSteps())
                    + before(tokens, training.maxTokens())
                    + (everySteps == null ? 0 : ofEvery(everySteps, training.maxSteps()));
        }

        private static <N extends Comparable<N>> long before(List<N> points, @Nullable N end) {
            return points.stream()
                    .distinct()
                    .filter(point -> end == null || point.compareTo(end) < 0)
                    .count();
        }

        private static long ofEvery(int step, @Nullable Long end) {
            return end == null ? Integer.MAX_VALUE : (end - 1) / step;
        }
    }
}
