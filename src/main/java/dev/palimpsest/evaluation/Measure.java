package dev.palimpsest.evaluation;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A metric's value over the items of a task and its standard error, where one is defined. */
public record Measure(double value, @Nullable Double stderr) {
    /** The mean of the items and sample deviation / sqrt(n), which one item alone does not have. */
    static Measure mean(double[] items) {
        double[] ones = new double[items.length];
        Arrays.fill(ones, 1);
        return ratio(items, ones);
    }

    /** The ratio of two sums over the items, with the ratio estimator's standard error. */
    static Measure ratio(double[] parts, double[] wholes) {
        double whole = Arrays.stream(wholes).sum();
        double ratio = Arrays.stream(parts).sum() / whole;
        int n = parts.length;
        if (n < 2) return new Measure(ratio, null);
        double squares = 0;
        for (int i = 0; i < n; i++) squares += Math.pow(parts[i] - ratio * wholes[i], 2);
        return new Measure(ratio, Math.sqrt(squares * n / (n - 1)) / whole);
    }
}
