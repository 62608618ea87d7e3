package dev.palimpsest.model;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one forward pass reads: segments of texts, laid end to end, which attend to themselves, to
 * the segments before them in their texts, and to the trunk, which earlier passes have read.
 *
 * @param trunk how many tokens of each of its texts the trunk has
 */
record Reading(int trunk, List<Segment> segments) {
    /** A matrix product of fewer rows than a dozen rounds each of them differently. */
    static final int FEWEST_ROWS = 16;

    /**
     * Positions {@code from} to before {@code to} of the texts that have them in common.
     *
     * @param tokens of one of those texts, whole
     * @param texts indices of all of them; none where another segment answers for these positions
     * @param before which segment it follows; none: the trunk
     */
    record Segment(int[] tokens, int from, int to, int[] texts, @Nullable Segment before) {
        int length() {
            return to - from;
        }
    }

    /** Told in which of the pass's rows a segment begins. */
    interface Visitor {
        void segment(Segment segment, int firstRow);
    }

    int tokens() {
        return segments.stream().mapToInt(Segment::length).sum();
    }

    int rows() {
        return Math.max(tokens(), FEWEST_ROWS);
    }

    void visit(Visitor visitor) {
        int row = 0;
        for (Segment segment : segments) {
            visitor.segment(segment, row);
            row += segment.length();
        }
    }

    long[] ids() {
        long[] ids = new long[rows()];
        visit(
                (segment, row) -> {
                    for (int i = 0; i < segment.length(); i++)
                        ids[row + i] = segment.tokens()[segment.from() + i];
                });
        return ids;
    }

    long[] positions() {
        long[] positions = new long[rows()];
        visit(
                (segment, row) -> {
                    for (int i = 0; i < segment.length(); i++)
                        positions[row + i] = (long) segment.from() + i;
                });
        return positions;
    }

    /**
     * In which row of the cache each position of a segment's text lies: the trunk's come first,
     * then the pass's.
     */
    IdentityHashMap<Segment, int[]> paths() {
        IdentityHashMap<Segment, int[]> paths = new IdentityHashMap<>();
        visit((segment, row) -> paths.put(segment, path(segment, row, paths)));
        return paths;
    }

    private int[] path(Segment segment, int row, IdentityHashMap<Segment, int[]> paths) {
        int[] path = new int[segment.to()];
        for (int i = 0; i < Math.min(trunk, segment.from()); i++) path[i] = i;
        if (segment.before() != null) {
            int[] before = Objects.requireNonNull(paths.get(segment.before()));
            System.arraycopy(before, trunk, path, trunk, segment.from() - trunk);
        }
        for (int i = 0; i < segment.length(); i++) path[segment.from() + i] = trunk + row + i;
        return path;
    }
}
