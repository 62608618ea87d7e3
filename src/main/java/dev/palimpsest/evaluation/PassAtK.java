package dev.palimpsest.evaluation;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How likely one of k samples passes, estimated without bias from n samples of which c passed:
 * {@code 1 - C(n-c, k) / C(n, k)}, as a product that does not overflow.
 */
public final class PassAtK {
    private PassAtK() {}

    public static double of(int samples, int passed, int k) {
        if (k < 1 || k > samples || passed < 0 || passed > samples)
            throw new IllegalArgumentException(
                    "pass@%d of %d samples, %d of them passing".formatted(k, samples, passed));
        double allFail = 1;
        for (int i = samples - passed + 1; i <= samples; i++)
            allFail *= Math.max(0, 1 - (double) k / i);
        return 1 - allFail;
    }

    /** For every k that so many samples can say something about. */
    public static SortedMap<Integer, Double> all(int samples, int passed) {
        SortedMap<Integer, Double> all = new TreeMap<>();
        for (int k = 1; k <= samples; k++) all.put(k, of(samples, passed, k));
        return all;
    }
}
