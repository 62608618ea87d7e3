package dev.palimpsest.evaluation;

import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * Which items a sum was seen in, in bounded memory; a sum of more than ten items is common to them
 * and tells nothing.
 */
final class Owners {
    private static final int MOST_OWNERS = 10;
    private static final int MOST_ENTRIES = 4_000_000; // a hundred megabytes
    private static final int COMMON = -1;

    private long[] sums = new long[1 << 12];
    private int[] owners = new int[1 << 12];
    private int[] next = new int[1 << 12];
    private int[] slots = new int[1 << 13]; // an entry and one, or 0
    private int entries;

    /** False where there is no room left. */
    boolean add(long sum, int owner) {
        int slot = slot(sum);
        int head = slots[slot] - 1;
        int length = 0;
        for (int entry = head; entry >= 0; entry = next[entry], length++)
            if (owners[entry] == owner || owners[entry] == COMMON) return true;
        if (length == MOST_OWNERS) {
            owners[head] = COMMON;
            return true;
        }
        if (entries == MOST_ENTRIES) return false;
        if (entries == sums.length) {
            grow();
            slot = slot(sum);
        }
        sums[entries] = sum;
        owners[entries] = owner;
        next[entries] = head;
        slots[slot] = ++entries;
        return true;
    }

    void of(long sum, IntConsumer each) {
        int head = slots[slot(sum)] - 1;
        if (head < 0 || owners[head] == COMMON) return;
        for (int entry = head; entry >= 0; entry = next[entry]) each.accept(owners[entry]);
    }

    /** Where the sum's newest entry is named, or would be. */
    private int slot(long sum) {
        int mask = slots.length - 1;
        int slot = (int) sum & mask;
        while (slots[slot] != 0 && sums[slots[slot] - 1] != sum) slot = (slot + 1) & mask;
        return slot;
    }

    private void grow() {
        int size = 2 * sums.length;
        sums = Arrays.copyOf(sums, size);
        owners = Arrays.copyOf(owners, size);
        next = Arrays.copyOf(next, size);
        slots = new int[2 * size];
        for (int entry = 0; entry < entries; entry++) slots[slot(sums[entry])] = entry + 1;
    }
}
