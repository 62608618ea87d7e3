package dev.palimpsest.data;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;

/**
 * Documents put together into rows of a capacity by best fit, decreasing: each, the longest first,
 * goes to the row with the least room that still holds it.
 */
final class Packing {
    private Packing() {}

    /** The documents of each row; none is longer than the capacity. */
    static int[][] bestFit(int[] documents, IntUnaryOperator length, int capacity) {
        List<List<Integer>> rows = new ArrayList<>();
        TreeMap<Integer, Deque<List<Integer>>> byRoom = new TreeMap<>();
        List<Integer> longestFirst =
                Arrays.stream(documents)
                        .boxed()
                        .sorted(Comparator.comparingInt(i -> -length.applyAsInt(i)))
                        .toList();
        for (int document : longestFirst) {
            int tokens = length.applyAsInt(document);
            Map.Entry<Integer, Deque<List<Integer>>> fit = byRoom.ceilingEntry(tokens);
            List<Integer> row;
            int room;
            if (fit == null) {
                row = new ArrayList<>();
                rows.add(row);
                room = capacity;
            } else {
                row = fit.getValue().removeFirst();
                room = fit.getKey();
                if (fit.getValue().isEmpty()) byRoom.remove(room);
            }
            row.add(document);
            if (room > tokens)
                byRoom.computeIfAbsent(room - tokens, _ -> new ArrayDeque<>()).addLast(row);
        }
        return rows.stream()
                .map(row -> row.stream().mapToInt(Integer::intValue).toArray())
                .toArray(int[][]::new);
    }
}
