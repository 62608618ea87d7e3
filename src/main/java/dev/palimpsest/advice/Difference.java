package dev.palimpsest.advice;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;
import org.jspecify.annotations.Nullable;

/**
 * A number that is compared with nothing, and how far it may be off.
 *
 * @param degrees of freedom of Student's t; null for the normal distribution
 * @param halfWidth of the 95 % interval; null where nothing is known of the error
 * @param seeds over which it is a mean
 * @param comparisons how many single differences it is a mean of, in each seed
 */
public record Difference(
        double value,
        @Nullable Double stderr,
        @Nullable Double degrees,
        @Nullable Double halfWidth,
        @Nullable Double low,
        @Nullable Double high,
        Basis basis,
        int seeds,
        int comparisons,
        List<String> jobs) {
    private static final double USUAL = 0.05;

    /** What the interval is made of. */
    public enum Basis {
        /** How the differences of runs with one seed vary over seeds. */
        PAIRED_BY_SEED("paired by seed"),
        /** How runs vary over seeds that the two sides do not share. */
        RUNS("over runs with different seeds"),
        /** The items that one run was asked, as if each run had been asked others. */
        ITEMS("one seed only, so by the items asked"),
        /** How far the learning rates that were tried lie apart, and which of them noise allows. */
        GRID("by the rates tried"),
        /** Nothing says how far it may be off. */
        NOTHING("one seed only, and nothing is known of its error");

        private final String words;

        Basis(String words) {
            this.words = words;
        }
    }

    static Difference of(
            double value,
            @Nullable Double stderr,
            @Nullable Double degrees,
            Basis basis,
            int seeds,
            int comparisons,
            List<String> jobs) {
        if (stderr == null)
            return new Difference(
                    value, null, null, null, null, null, Basis.NOTHING, seeds, comparisons, jobs);
        double reach = quantile(degrees, USUAL) * stderr;
        return new Difference(
                value,
                stderr,
                degrees,
                reach,
                value - reach,
                value + reach,
                basis,
                seeds,
                comparisons,
                jobs);
    }

    /** Student's t of one value a seed. */
    static Difference overSeeds(double[] values, int comparisons, List<String> jobs) {
        return over(values, Basis.PAIRED_BY_SEED, comparisons, jobs);
    }

    /** Student's t of one value a run. */
    static Difference overRuns(double[] values, List<String> jobs) {
        return over(values, Basis.RUNS, values.length, jobs);
    }

    private static Difference over(
            double[] values, Basis basis, int comparisons, List<String> jobs) {
        int n = values.length;
        double mean = Arrays.stream(values).average().orElseThrow();
        double squares = Arrays.stream(values).map(value -> Math.pow(value - mean, 2)).sum();
        return of(mean, Math.sqrt(squares / (n - 1) / n), n - 1.0, basis, n, comparisons, jobs);
    }

    /** Between bounds that need not lie as far on either side; null where there is none. */
    static Difference between(
            @Nullable Double low,
            double value,
            @Nullable Double high,
            int comparisons,
            List<String> jobs) {
        return new Difference(value, null, null, null, low, high, Basis.GRID, 0, comparisons, jobs);
    }

    private static double quantile(@Nullable Double degrees, double level) {
        double upper = 1 - level / 2;
        return degrees == null
                ? NormalDistribution.of(0, 1).inverseCumulativeProbability(upper)
                : TDistribution.of(degrees).inverseCumulativeProbability(upper);
    }

    /** Whether the interval at a level, 0.05 for 95 %, lies on one side of zero. */
    boolean tells(double level) {
        return stderr != null && Math.abs(value) > quantile(degrees, level) * stderr;
    }

    boolean tells() {
        return tells(USUAL);
    }

    boolean isPositive() {
        return tells() && value > 0;
    }

    boolean isNegative() {
        return tells() && value < 0;
    }

    /** The same seen from the other side. */
    Difference reversed() {
        return new Difference(
                -value,
                stderr,
                degrees,
                halfWidth,
                high == null ? null : Double.valueOf(-high),
                low == null ? null : Double.valueOf(-low),
                basis,
                seeds,
                comparisons,
                jobs);
    }

    public String basisWords() {
        return basis == Basis.PAIRED_BY_SEED
                ? "%s over %d seeds".formatted(basis.words, seeds)
                : basis.words;
    }

    public String words() {
        return String.format(Locale.ROOT, "%s (%s)", Numbers.score(value, halfWidth), basisWords());
    }
}
