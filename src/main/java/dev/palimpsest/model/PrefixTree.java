package dev.palimpsest.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Texts cut where they part: a piece is what some of them have in common after the pieces before
 * it.
 *
 * @param texts token ids of each
 * @param order the texts' indices, sorted by their tokens
 * @param root the empty piece before all others
 */
record PrefixTree(List<int[]> texts, int[] order, Piece root) {
    /**
     * @param text one that has these tokens
     * @param from the piece's first position
     * @param to the position after its last
     * @param first the texts that go through the piece: from this place in the order
     * @param last to before this one
     * @param size tokens of the piece and of all after it
     */
    record Piece(int text, int from, int to, int first, int last, List<Piece> next, int size) {
        int length() {
            return to - from;
        }
    }

    static PrefixTree of(List<int[]> texts) {
        int[] order =
                IntStream.range(0, texts.size())
                        .boxed()
                        .sorted((a, b) -> Arrays.compare(texts.get(a), texts.get(b)))
                        .mapToInt(i -> i)
                        .toArray();
        return new PrefixTree(texts, order, new Cutting(texts, order).piece(0, 0, 0, texts.size()));
    }

    private record Cutting(List<int[]> texts, int[] order) {
        Piece piece(int from, int to, int first, int last) {
            List<Piece> next = new ArrayList<>();
            int at = first;
            while (at < last && text(at).length == to) at++;
            while (at < last) {
                int end = at + 1;
                while (end < last && text(end)[to] == text(at)[to]) end++;
                next.add(piece(to, common(to, text(at), text(end - 1)), at, end));
                at = end;
            }
            int size = to - from + next.stream().mapToInt(Piece::size).sum();
            int one = first < last ? order[first] : 0;
            return new Piece(one, from, to, first, last, List.copyOf(next), size);
        }

        /** Sorted texts are equal up to where the first and the last of them are. */
        private static int common(int from, int[] one, int[] other) {
            int at = from;
            while (at < one.length && at < other.length && one[at] == other[at]) at++;
            return at;
        }

        private int[] text(int place) {
            return texts.get(order[place]);
        }
    }
}
