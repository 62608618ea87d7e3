package dev.palimpsest.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Small numbers in the order in which CPython walks through a set of them: that of its hash table,
 * where a number taken out leaves its place to the next one that is looked for there.
 */
final class PythonSet {
    private static final int FREE = -1;
    private static final int REMOVED = -2;
    private static final int NEIGHBOURS = 9;

    private int[] table = empty(8);
    private int filled;
    private int used;

    static PythonSet of(int[] numbers) {
        PythonSet set = new PythonSet();
        for (int number : numbers) set.add(number);
        return set;
    }

    void add(int number) {
        int place = place(number);
        if (table[place] == number) return;
        if (table[place] == FREE) filled++;
        used++;
        table[place] = number;
        if (filled * 5 >= (table.length - 1) * 3) grow();
    }

    void remove(int number) {
        int place = place(number);
        if (table[place] != number) return;
        table[place] = REMOVED;
        used--;
    }

    boolean contains(int number) {
        return table[place(number)] == number;
    }

    List<Integer> inOrder() {
        List<Integer> numbers = new ArrayList<>();
        for (int number : table) if (number >= 0) numbers.add(number);
        return numbers;
    }

    /** Where the number is, or the place where it would be put. */
    private int place(int number) {
        int mask = table.length - 1;
        int perturbation = number;
        int start = number & mask;
        int left = -1;
        while (true) {
            int last = start + NEIGHBOURS <= mask ? start + NEIGHBOURS : start;
            for (int i = start; i <= last; i++) {
                if (table[i] == number) return i;
                if (table[i] == FREE) return left < 0 ? i : left;
                if (table[i] == REMOVED) left = i;
            }
            perturbation >>>= 5;
            start = (start * 5 + 1 + perturbation) & mask;
        }
    }

    private void grow() {
        List<Integer> numbers = inOrder();
        int size = 8;
        while (size <= used * 4) size *= 2;
        table = empty(size);
        for (int number : numbers) table[place(number)] = number;
        filled = used;
    }

    private static int[] empty(int size) {
        int[] table = new int[size];
        Arrays.fill(table, FREE);
        return table;
    }
}
