package dev.palimpsest.decomposition;

import dev.palimpsest.spec.Faults;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A matrix of independent normal numbers, and sums of it and another one of those times a scale
 * (paper, figure S8): a change that is nothing but noise has a high rank too.
 *
 * @param base of the matrix itself
 * @param noise of the other one, which is each sum's change but for the scale
 */
public record GaussianControl(Spectrum base, Spectrum noise, List<Disturbed> sums) {
    private static final int LARGEST_SIDE = 8192;
    private static final int LARGEST_SMALLER_SIDE = 1024;
    private static final long MOST_NUMBERS = 1 << 20;
    private static final int MOST_SCALES = 8;

    /**
     * One sum.
     *
     * @param meanAbsoluteDifference of the singular values before and after
     */
    public record Disturbed(double scale, Spectrum spectrum, double meanAbsoluteDifference) {}

    /** Both are drawn by the seed, one after the other, along the longer side. */
    public static GaussianControl of(int rows, int columns, List<Double> scales, long seed) {
        check(rows, columns, scales);
        int smaller = Math.min(rows, columns);
        Random random = new Random(seed);
        double[][] a = drawn(random, smaller, Math.max(rows, columns));
        double[][] b = drawn(random, smaller, Math.max(rows, columns));
        double[][] aa = product(a, a);
        double[][] ab = product(a, b);
        double[][] bb = product(b, b);
        Spectrum base = spectrum(aa, ab, bb, 1, 0);
        List<Disturbed> sums = new ArrayList<>();
        for (double scale : scales) {
            Spectrum sum = spectrum(aa, ab, bb, 1, scale);
            sums.add(new Disturbed(scale, sum, difference(base, sum)));
        }
        return new GaussianControl(base, spectrum(aa, ab, bb, 0, 1), sums);
    }

    private static void check(int rows, int columns, List<Double> scales) {
        new Faults()
                .between(rows, 1, LARGEST_SIDE, "/rows")
                .between(columns, 1, LARGEST_SIDE, "/columns")
                .require(
                        Math.min(rows, columns) <= LARGEST_SMALLER_SIDE
                                && (long) rows * columns <= MOST_NUMBERS,
                        "/rows",
                        "rows times columns must be at most %d and the smaller at most %d"
                                .formatted(MOST_NUMBERS, LARGEST_SMALLER_SIDE))
                .require(
                        !scales.isEmpty()
                                && scales.size() <= MOST_SCALES
                                && scales.stream().allMatch(one -> one > 0 && one <= 1e6),
                        "/scale",
                        "must be 1 to %d numbers above 0, at most 1e6".formatted(MOST_SCALES))
                .raise();
    }

    private static double[][] drawn(Random random, int rows, int columns) {
        double[][] numbers = new double[rows][columns];
        for (double[] row : numbers)
            for (int j = 0; j < columns; j++) row[j] = random.nextGaussian();
        return numbers;
    }

    /** x y^T, row by row: (smaller, smaller) */
    private static double[][] product(double[][] x, double[][] y) {
        int size = x.length;
        double[][] product = new double[size][size];
        double[] column = new double[size];
        for (int k = 0; k < x[0].length; k++) {
            for (int j = 0; j < size; j++) column[j] = y[j][k];
            for (int i = 0; i < size; i++) {
                double factor = x[i][k];
                double[] row = product[i];
                for (int j = 0; j < size; j++) row[j] += factor * column[j];
            }
        }
        return product;
    }

    /** Of one A + other B, by its Gram matrix. */
    private static Spectrum spectrum(
            double[][] aa, double[][] ab, double[][] bb, double one, double other) {
        int size = aa.length;
        double[][] gram = new double[size][size];
        for (int i = 0; i < size; i++)
            for (int j = 0; j < size; j++)
                gram[i][j] =
                        one * one * aa[i][j]
                                + one * other * (ab[i][j] + ab[j][i])
                                + other * other * bb[i][j];
        double[] squares = new SymmetricMatrix(gram).eigenvalues();
        return new Spectrum(
                Arrays.stream(squares)
                        .map(square -> Math.sqrt(Math.max(0, square)))
                        .boxed()
                        .toList());
    }

    private static double difference(Spectrum one, Spectrum other) {
        double sum = 0;
        for (int i = 0; i < one.values().size(); i++)
            sum += Math.abs(one.values().get(i) - other.values().get(i));
        return sum / one.values().size();
    }
}
