package dev.palimpsest.model;

import dev.palimpsest.model.PrefixTree.Piece;
import dev.palimpsest.model.Reading.Segment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * In which passes texts are read, so that what many have in common is read once and nothing is
 * padded. A trunk is read before the passes that attend to it, and stays until they are done.
 */
final class ReadingPlan {
    /** Products of more rows are not faster. */
    private static final int TOKENS_AT_ONCE = 1024;

    /** What a pass costs besides its tokens, in tokens. */
    private static final int COST_OF_A_PASS = 64;

    private final PrefixTree tree;
    private final List<Reading> passes = new ArrayList<>();

    /** Segments that go into one pass together. */
    private record Bundle(List<Segment> segments) {
        int size() {
            return segments.stream().mapToInt(Segment::length).sum();
        }
    }

    private ReadingPlan(PrefixTree tree) {
        this.tree = tree;
    }

    static List<Reading> of(List<int[]> texts) {
        ReadingPlan plan = new ReadingPlan(PrefixTree.of(texts));
        plan.pack(0, plan.bundles(0, plan.tree.root()));
        return plan.passes;
    }

    /** Rows of a cache that has room for each of the passes. */
    static int capacity(List<Reading> passes) {
        return passes.stream().mapToInt(pass -> pass.trunk() + pass.rows()).max().orElse(0);
    }

    /**
     * The piece and all after it. What is common to more than fits into one pass is read again in
     * each, or becomes part of the trunk, whichever is cheaper.
     */
    private List<Bundle> bundles(int trunk, Piece piece) {
        List<Segment> segments = beginning(trunk, piece);
        if (piece.to() - trunk + piece.size() - piece.length() <= TOKENS_AT_ONCE) {
            add(piece, segments.isEmpty() ? null : segments.getLast(), segments);
            return List.of(new Bundle(segments));
        }
        if ((piece.to() - trunk) * piece.next().size() > COST_OF_A_PASS
                || piece.to() - trunk > TOKENS_AT_ONCE) {
            branch(trunk, piece);
            return List.of();
        }
        List<Bundle> bundles = new ArrayList<>();
        if (piece.length() > 0) {
            segments.add(
                    segment(
                            piece,
                            piece.from(),
                            piece.to(),
                            segments.isEmpty() ? null : segments.getLast()));
            bundles.add(new Bundle(segments));
        }
        for (Piece next : piece.next()) bundles.addAll(bundles(trunk, next));
        return bundles;
    }

    /** What lies between the trunk and the piece; another segment has answered for it. */
    private List<Segment> beginning(int trunk, Piece piece) {
        List<Segment> segments = new ArrayList<>();
        if (piece.from() > trunk)
            segments.add(new Segment(tokens(piece), trunk, piece.from(), new int[0], null));
        return segments;
    }

    private void add(Piece piece, @Nullable Segment before, List<Segment> segments) {
        Segment own = before;
        if (piece.length() > 0) {
            own = segment(piece, piece.from(), piece.to(), before);
            segments.add(own);
        }
        for (Piece next : piece.next()) add(next, own, segments);
    }

    private void branch(int trunk, Piece piece) {
        List<Segment> beginning = beginning(trunk, piece);
        for (int at = trunk; at < piece.to(); ) {
            List<Segment> segments = at == trunk ? beginning : new ArrayList<>();
            int from = Math.max(at, piece.from());
            int to = Math.min(at + TOKENS_AT_ONCE, piece.to());
            segments.add(segment(piece, from, to, segments.isEmpty() ? null : segments.getLast()));
            passes.add(new Reading(at, segments));
            at = to;
        }
        List<Bundle> bundles = new ArrayList<>();
        for (Piece next : piece.next()) bundles.addAll(bundles(piece.to(), next));
        pack(piece.to(), bundles);
    }

    /** The largest first, each into the first pass that has room. */
    private void pack(int trunk, List<Bundle> bundles) {
        List<List<Segment>> packed = new ArrayList<>();
        List<Integer> room = new ArrayList<>();
        List<Bundle> largestFirst =
                bundles.stream().sorted(Comparator.comparingInt(Bundle::size).reversed()).toList();
        for (Bundle bundle : largestFirst) {
            int at = 0;
            while (at < room.size() && room.get(at) < bundle.size()) at++;
            if (at == room.size()) {
                packed.add(new ArrayList<>());
                room.add(TOKENS_AT_ONCE);
            }
            packed.get(at).addAll(bundle.segments());
            room.set(at, room.get(at) - bundle.size());
        }
        for (List<Segment> segments : packed) passes.add(new Reading(trunk, segments));
    }

    private Segment segment(Piece piece, int from, int to, @Nullable Segment before) {
        int[] texts = Arrays.copyOfRange(tree.order(), piece.first(), piece.last());
        return new Segment(tokens(piece), from, to, texts, before);
    }

    private int[] tokens(Piece piece) {
        return tree.texts().get(piece.text());
    }
}
