package dev.palimpsest.evaluation;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

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
     * @param stderr the score's standard error by the items that were asked, where each task has
     *     one
     * @param bitsStderr that of the bits per byte
     */
    public record Side(
            ScoreKind kind,
            double score,
            OptionalDouble bitsPerByte,
            OptionalDouble stderr,
            OptionalDouble bitsStderr) {
        static Optional<Side> of(List<Task> tasks, Map<String, Measure> primary) {
            if (tasks.isEmpty() || !tasks.stream().map(Task::name).allMatch(primary::containsKey))
                return Optional.empty();
            List<Measure> accuracies = of(tasks, ScoreKind.ACCURACY, primary);
            List<Measure> bits = of(tasks, ScoreKind.BITS_PER_BYTE, primary);
            return Optional.of(
                    accuracies.isEmpty()
                            ? new Side(
                                    ScoreKind.BITS_PER_BYTE,
                                    -mean(bits).orElseThrow(),
                                    mean(bits),
                                    stderr(bits),
                                    stderr(bits))
                            : new Side(
                                    ScoreKind.ACCURACY,
                                    mean(accuracies).orElseThrow(),
                                    mean(bits),
                                    stderr(accuracies),
                                    stderr(bits)));
        }

        /** The same by bits per byte alone; none of tasks that give only accuracies. */
        Optional<Side> inBits() {
            if (bitsPerByte.isEmpty()) return Optional.empty();
            return Optional.of(
                    new Side(
                            ScoreKind.BITS_PER_BYTE,
                            -bitsPerByte.getAsDouble(),
                            bitsPerByte,
                            bitsStderr,
                            bitsStderr));
        }

        private static List<Measure> of(
                List<Task> tasks, ScoreKind kind, Map<String, Measure> primary) {
            return tasks.stream()
                    .filter(task -> task.primary().kind() == kind)
                    .map(task -> Objects.requireNonNull(primary.get(task.name())))
                    .toList();
        }

        private static OptionalDouble mean(List<Measure> measures) {
            return measures.stream().mapToDouble(Measure::value).average();
        }

        /** Of the mean of tasks, each of which asked items of its own. */
        private static OptionalDouble stderr(List<Measure> measures) {
            if (measures.isEmpty()) return OptionalDouble.empty();
            double squares = 0;
            for (Measure measure : measures) {
                if (measure.stderr() == null) return OptionalDouble.empty();
                squares += measure.stderr() * measure.stderr();
            }
            return OptionalDouble.of(Math.sqrt(squares) / measures.size());
        }
    }

    /** From the primary metrics by task name; more tasks may be in them than the two lists have. */
    public static Score of(
            List<Task> learning, List<Task> forgetting, Map<String, Measure> primary) {
        return new Score(Side.of(learning, primary), Side.of(forgetting, primary));
    }

    /** The same by bits per byte alone. */
    public Score inBits() {
        return new Score(learning.flatMap(Side::inBits), source.flatMap(Side::inBits));
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
