package dev.palimpsest.analysis;

import java.util.List;
import java.util.OptionalDouble;
import org.apache.commons.statistics.distribution.TDistribution;
import org.jspecify.annotations.Nullable;

/**
 * A mean over runs with its 95 % interval: of several runs by how much they differ (Student's t),
 * of one by the items that it was asked.
 *
 * @param of what the interval is about; null without one
 */
public record Estimate(
        double mean,
        @Nullable Double stderr,
        @Nullable Double low,
        @Nullable Double high,
        @Nullable Source of) {
    private static final double NORMAL_95 = 1.959963984540054;
    private static final double UPPER = 0.975;

    /** Where an interval comes from. */
    public enum Source {
        RUNS,
        ITEMS
    }

    /** A run's value and its standard error by its items. */
    public record Value(double value, OptionalDouble stderr) {}

    public static Estimate of(List<Value> values) {
        double mean = values.stream().mapToDouble(Value::value).average().orElseThrow();
        int n = values.size();
        if (n == 1) {
            OptionalDouble stderr = values.getFirst().stderr();
            return stderr.isEmpty()
                    ? new Estimate(mean, null, null, null, null)
                    : interval(mean, stderr.getAsDouble(), NORMAL_95, Source.ITEMS);
        }
        double squares = values.stream().mapToDouble(one -> Math.pow(one.value() - mean, 2)).sum();
        double t = TDistribution.of(n - 1).inverseCumulativeProbability(UPPER);
        return interval(mean, Math.sqrt(squares / (n - 1) / n), t, Source.RUNS);
    }

    private static Estimate interval(double mean, double stderr, double quantile, Source of) {
        return new Estimate(mean, stderr, mean - quantile * stderr, mean + quantile * stderr, of);
    }
}
