package dev.palimpsest.model;

import dev.palimpsest.model.Reading.Segment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A pass's queries in blocks that begin at set positions of their texts and look at all keys up to
 * their ends; so no digit of an answer depends on what else a pass reads.
 *
 * @param shapes of each group of blocks that attend together: the first position, how many queries
 * @param queries each group's (blocks * queries): in which row of the pass a query lies
 * @param keys each group's (blocks * keys): in which row of the cache a key lies
 * @param back (rows) which of the groups' queries, laid end to end, is a row's
 */
record QueryBlocks(long[] shapes, List<long[]> queries, List<long[]> keys, long[] back) {
    private static final int SCORES_AT_ONCE = 8_000_000;

    /** A text's positions from one to before another, within one block. */
    private record Block(int start, int from, int to, int row, int[] path) {
        /** Wider where there are more keys to be fetched for each. */
        static int width(int position) {
            return position < 128 ? 16 : position < 1024 ? 32 : 64;
        }

        int queries() {
            return width(start);
        }

        /** Queries that the segment does not have are copies of its nearest. */
        int query(int i) {
            return row + Math.clamp(start + i, from, to - 1) - from;
        }

        long[] keys(int window) {
            int low = window > 0 ? Math.max(0, start + 1 - window) : 0;
            long[] keys = new long[start + queries() - low];
            for (int i = 0; i < keys.length; i++) keys[i] = path[Math.min(low + i, to - 1)];
            return keys;
        }
    }

    static QueryBlocks of(Reading pass, Architecture architecture) {
        Map<Integer, List<Block>> byStart = new TreeMap<>();
        IdentityHashMap<Segment, int[]> paths = pass.paths();
        pass.visit(
                (segment, row) -> {
                    int[] path = Objects.requireNonNull(paths.get(segment));
                    for (int from = segment.from(), to; from < segment.to(); from = to) {
                        int width = Block.width(from);
                        int start = from / width * width;
                        to = Math.min(start + width, segment.to());
                        byStart.computeIfAbsent(start, _ -> new ArrayList<>())
                                .add(new Block(start, from, to, row + from - segment.from(), path));
                    }
                });
        List<Long> shapes = new ArrayList<>();
        List<long[]> queries = new ArrayList<>();
        List<long[]> keys = new ArrayList<>();
        long[] back = new long[pass.rows()];
        int at = 0;
        for (List<Block> blocks : byStart.values()) {
            Block any = blocks.getFirst();
            int scores =
                    architecture.heads() * any.queries() * any.keys(architecture.window()).length;
            int together = Math.max(1, SCORES_AT_ONCE / scores);
            for (int i = 0; i < blocks.size(); i += together) {
                List<Block> group = blocks.subList(i, Math.min(i + together, blocks.size()));
                shapes.add((long) any.start());
                shapes.add((long) any.queries());
                keys.add(joined(group.stream().map(b -> b.keys(architecture.window())).toList()));
                long[] rows = new long[group.size() * any.queries()];
                for (int j = 0; j < rows.length; j++) {
                    Block block = group.get(j / any.queries());
                    rows[j] = block.query(j % any.queries());
                    int position = block.start() + j % any.queries();
                    if (position >= block.from() && position < block.to())
                        back[(int) rows[j]] = (long) at + j;
                }
                queries.add(rows);
                at += rows.length;
            }
        }
        return new QueryBlocks(shapes.stream().mapToLong(n -> n).toArray(), queries, keys, back);
    }

    private static long[] joined(List<long[]> parts) {
        return parts.stream().flatMapToLong(Arrays::stream).toArray();
    }
}
