package dev.palimpsest.data;

/** Random orders by a generator of our own, SplitMix64, so that no Java release changes them. */
public final class Shuffle {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private long state;

    private Shuffle(long seed) {
        state = seed;
    }

    /** The numbers from 0 to {@code count} - 1 in an order that depends on the seed alone. */
    public static int[] order(int count, long seed) {
        Shuffle random = new Shuffle(seed);
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            int j = random.below(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    private int below(int bound) {
        return (int) Math.unsignedMultiplyHigh(next(), bound);
    }

    private long next() {
        state += GOLDEN;
        return mix(state);
    }

    /** A seed for the {@code index}-th of many independent orders. */
    static long seed(long seed, long index) {
        return mix(mix(seed + GOLDEN) + index * GOLDEN);
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
