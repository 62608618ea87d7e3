package dev.palimpsest.evaluation;

import java.util.HashSet;
import java.util.Set;

/**
 * Python's {@code random.Random} with a whole number for a seed: the Mersenne Twister MT19937, and
 * the way Python draws from it. Harnesses draw their exemplars with it.
 */
final class PythonRandom {
    private static final int WORDS = 624;
    private static final int MIDDLE = 397;

    private final int[] state = new int[WORDS];
    private int next = WORDS;

    PythonRandom(int seed) {
        state[0] = 19650218;
        for (int i = 1; i < WORDS; i++) state[i] = 1812433253 * folded(i - 1) + i;
        int i = 1;
        for (int round = 0; round < WORDS; round++) {
            state[i] = (state[i] ^ (folded(i - 1) * 1664525)) + seed;
            i = following(i);
        }
        for (int round = 1; round < WORDS; round++) {
            state[i] = (state[i] ^ (folded(i - 1) * 1566083941)) - i;
            i = following(i);
        }
        state[0] = 0x80000000;
    }

    private int folded(int i) {
        return state[i] ^ (state[i] >>> 30);
    }

    private int following(int i) {
        if (i + 1 < WORDS) return i + 1;
        state[0] = state[WORDS - 1];
        return 1;
    }

    /** A number from 0 to below the bound, as {@code randrange} and {@code choice} draw it. */
    int below(int bound) {
        int spare = Integer.numberOfLeadingZeros(bound);
        int drawn = word() >>> spare;
        while (drawn >= bound || drawn < 0) drawn = word() >>> spare;
        return drawn;
    }

    /** Different places of a list of so many, in the order in which {@code sample} draws them. */
    int[] sample(int size, int count) {
        return size <= roomFor(count) ? fromPool(size, count) : fromAll(size, count);
    }

    /** Up to which size Python copies the list rather than remember what is taken. */
    private static int roomFor(int count) {
        if (count <= 5) return 21;
        int table = 4;
        while (table < 3 * count) table *= 4;
        return 21 + table;
    }

    private int[] fromPool(int size, int count) {
        int[] pool = new int[size];
        for (int i = 0; i < size; i++) pool[i] = i;
        int[] sample = new int[count];
        for (int i = 0; i < count; i++) {
            int drawn = below(size - i);
            sample[i] = pool[drawn];
            pool[drawn] = pool[size - i - 1];
        }
        return sample;
    }

    private int[] fromAll(int size, int count) {
        Set<Integer> taken = new HashSet<>();
        int[] sample = new int[count];
        for (int i = 0; i < count; i++) {
            int drawn = below(size);
            while (!taken.add(drawn)) drawn = below(size);
            sample[i] = drawn;
        }
        return sample;
    }

    private int word() {
        if (next == WORDS) twist();
        int word = state[next++];
        word ^= word >>> 11;
        word ^= (word << 7) & 0x9D2C5680;
        word ^= (word << 15) & 0xEFC60000;
        return word ^ (word >>> 18);
    }

    private void twist() {
        for (int i = 0; i < WORDS; i++) {
            int joined = (state[i] & 0x80000000) | (state[(i + 1) % WORDS] & 0x7FFFFFFF);
            int mixed = (joined >>> 1) ^ (joined & 1) * 0x9908B0DF;
            state[i] = state[(i + MIDDLE) % WORDS] ^ mixed;
        }
        next = 0;
    }
}
