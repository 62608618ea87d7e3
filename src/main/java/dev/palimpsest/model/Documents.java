package dev.palimpsest.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Token ids of documents laid end to end, and how long each is; no document sees another.
 *
 * @param ids (tokens)
 * @param lengths tokens of each document, at least 1; equal neighbours are computed together
 */
public record Documents(long[] ids, int[] lengths) {
    private static final long NO_LABEL = -100;

    public Documents {
        if (Arrays.stream(lengths).sum() != ids.length
                || Arrays.stream(lengths).anyMatch(n -> n < 1))
            throw new IllegalArgumentException("lengths must be positive and add up to the ids");
    }

    /** Documents of one length. */
    public static Documents rows(long[] ids, int rows) {
        int[] lengths = new int[rows];
        Arrays.fill(lengths, ids.length / rows);
        return new Documents(ids, lengths);
    }

    int longest() {
        return Arrays.stream(lengths).max().orElseThrow();
    }

    /** Each token's place in its document, counted from 0. */
    long[] positions() {
        return Arrays.stream(lengths).flatMap(n -> IntStream.range(0, n)).asLongStream().toArray();
    }

    /** Neighbours of one length: how many, their length, how many, … */
    long[] runs() {
        List<Long> runs = new ArrayList<>();
        for (int i = 0, j; i < lengths.length; i = j) {
            j = i + 1;
            while (j < lengths.length && lengths[j] == lengths[i]) j++;
            runs.add((long) j - i);
            runs.add((long) lengths[i]);
        }
        return runs.stream().mapToLong(n -> n).toArray();
    }

    /**
     * Moves each document's labels one place to the left, since position t predicts the token at t
     * + 1.
     */
    long[] shifted(long[] labels) {
        long[] next = new long[labels.length];
        int end = 0;
        for (int i = 0, document = 0; i < labels.length; i++) {
            if (i == end) end += lengths[document++];
            next[i] = i + 1 == end ? NO_LABEL : labels[i + 1];
        }
        return next;
    }
}
