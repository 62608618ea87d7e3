package dev.palimpsest.evaluation;

import java.util.Arrays;

/**
 * The words of a text as sums over their letters and digits in lower case, and where each stands;
 * an ideograph is a word of its own.
 */
final class Words {
    private static final long OFFSET = 0xcbf29ce484222325L; // FNV-1a
    private static final long PRIME = 0x100000001b3L;
    private static final long BASE = 0x9E3779B97F4A7C15L;

    private final String text;
    private long[] sums = new long[64];
    private int[] begins = new int[64];
    private int[] ends = new int[64];
    private int count;

    private Words(String text) {
        this.text = text;
    }

    static Words of(String text) {
        Words words = new Words(text);
        long sum = OFFSET;
        int begin = -1;
        for (int at = 0, width; at < text.length(); at += width) {
            int letter = text.codePointAt(at);
            width = Character.charCount(letter);
            boolean part = Character.isLetterOrDigit(letter);
            boolean alone = part && Character.isIdeographic(letter);
            if (begin >= 0 && (!part || alone)) {
                words.add(sum, begin, at);
                begin = -1;
            }
            if (!part) continue;
            if (begin < 0) {
                begin = at;
                sum = OFFSET;
            }
            sum = (sum ^ Character.toLowerCase(letter)) * PRIME;
            if (alone) {
                words.add(sum, begin, at + width);
                begin = -1;
            }
        }
        if (begin >= 0) words.add(sum, begin, text.length());
        return words;
    }

    /** The sum of a text by itself. */
    static long sum(String text) {
        long sum = OFFSET;
        for (int i = 0; i < text.length(); i++) sum = (sum ^ text.charAt(i)) * PRIME;
        return mixed(sum);
    }

    private void add(long sum, int begin, int end) {
        if (count == sums.length) {
            sums = Arrays.copyOf(sums, 2 * count);
            begins = Arrays.copyOf(begins, 2 * count);
            ends = Arrays.copyOf(ends, 2 * count);
        }
        sums[count] = mixed(sum);
        begins[count] = begin;
        ends[count++] = end;
    }

    interface Run {
        void at(int first, long sum);
    }

    /** Every run of so many words, with a sum that equal runs share. */
    void runs(int length, Run each) {
        long power = 1;
        for (int i = 0; i < length; i++) power *= BASE;
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum = sum * BASE + sums[i];
            if (i >= length) sum -= power * sums[i - length];
            if (i >= length - 1) each.at(i - length + 1, mixed(sum));
        }
    }

    /** The text from one word to another, both with it. */
    String between(int first, int last) {
        return text.substring(begins[first], ends[last]);
    }

    int count() {
        return count;
    }

    private static long mixed(long sum) {
        long z = (sum ^ (sum >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
