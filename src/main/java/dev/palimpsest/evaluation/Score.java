package dev.palimpsest.evaluation;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/**
 * What a model learned and what it kept, out of the primary metrics of an experiment's tasks
 * (paper, section 3.3).
 *
 * @param learning of the target domain's tasks; absent until each of them is scored
 * @param source of the source domain's tasks; absent until each of them is scored
 */
public record Score(Optional<Side> learning, Optional<Side> source) {
    /**
     * One side of the trade-off: the mean of its accuracies, or minus the mean bits per byte where
     * its tasks give only those.
     *
     * @param bitsPerByte the mean of its perplexity tasks, kept beside the accuracies
     */
    public record Side(ScoreKind kind, double score, OptionalDouble bitsPerByte) {
        static Optional<Side> of(List<Task> tasks, Map<String, Double> primary) {
            if (tasks.isEmpty() || !tasks.stream().map(Task::name).allMatch(primary::containsKey))
                return Optional.empty();
            ToDoubleFunction<Task> value = task -> primary.get(task.name());
            OptionalDouble accuracy = mean(tasks, ScoreKind.ACCURACY, value);
            OptionalDouble bits = mean(tasks, ScoreKind.BITS_PER_BYTE, value);
            return Optional.of(
                    accuracy.isPresent()
                            ? new Side(ScoreKind.ACCURACY, accuracy.getAsDouble(), bits)
                            : new Side(ScoreKind.BITS_PER_BYTE, -bits.orElseThrow(), bits));
        }

        private static OptionalDouble mean(
                List<Task> tasks, ScoreKind kind, ToDoubleFunction<Task> value) {
            return tasks.stream()
                    .filter(task -> task.primary().kind() == kind)
                    .mapToDouble(value)
                    .average();
        }
    }

    /** From the primary metrics by task name; more tasks may be in them than the two lists have. */
    public static Score of(
            List<Task> learning, List<Task> forgetting, Map<String, Double> primary) {
        return new Score(Side.of(learning, primary), Side.of(forgetting, primary));
    }

    /** The base model's source score less this one's. */
    public OptionalDouble forgetting(Score base) {
        if (source.isEmpty() || base.source.isEmpty()) return OptionalDouble.empty();
        return OptionalDouble.of(base.source.get().score() - source.get().score());
    }

    /** The metric keys of a checkpoint's score, measured against the base model's. */
    public Map<String, Double> metrics(Score base) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        learning.ifPresent(side -> put(metrics, side, "learning", "learning_bits_per_byte"));
        source.ifPresent(side -> put(metrics, side, "source_score", "source_bits_per_byte"));
        forgetting(base).ifPresent(lost -> metrics.put("forgetting", lost));
        return metrics;
    }

    private static void put(Map<String, Double> metrics, Side side, String score, String bits) {
        metrics.put(score, side.score());
        side.bitsPerByte().ifPresent(value -> metrics.put(bits, value));
    }
}
