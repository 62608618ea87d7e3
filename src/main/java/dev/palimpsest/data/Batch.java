package dev.palimpsest.data;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The documents of one step, end to end without padding. A row is what counts for the batch size:
 * one document, or several that were packed together and still do not see each other.
 */
public final class Batch {
    /** The label of a token that carries no loss, as PyTorch's cross-entropy has it. */
    public static final int IGNORED = -100;

    private final List<List<Row>> rows;
    private final List<Row> documents;

    /**
     * The order inside a batch is free, as its loss is one mean over all its labels; documents of
     * one length lie together, where they are computed together.
     */
    Batch(List<List<Row>> rows) {
        this.rows =
                rows.stream().sorted(Comparator.comparingInt(Batch::length).reversed()).toList();
        this.documents =
                rows.stream()
                        .flatMap(List::stream)
                        .sorted(Comparator.comparingInt(Row::length).reversed())
                        .toList();
    }

    public int rows() {
        return rows.size();
    }

    /** How many tokens each document has, the longest first. */
    public int[] lengths() {
        return documents.stream().mapToInt(Row::length).toArray();
    }

    /** Token ids, document after document. */
    public long[] ids() {
        return filled(Row::id);
    }

    /** The same ids, not shifted, and {@link #IGNORED} where no loss is taken. */
    public long[] labels() {
        return filled(Row::label);
    }

    public long tokens() {
        return documents.stream().mapToLong(Row::length).sum();
    }

    /** How many of its tokens carry loss once the labels are shifted against the predictions. */
    public long learned() {
        return documents.stream().mapToLong(Row::learned).sum();
    }

    /** The same rows in parts of at most {@code most}. */
    public List<Batch> microBatches(int most) {
        return IntStream.iterate(0, start -> start < rows.size(), start -> start + most)
                .mapToObj(
                        start ->
                                new Batch(rows.subList(start, Math.min(start + most, rows.size()))))
                .toList();
    }

    /** The same rows in parts of at most so many tokens, or of one row that is longer. */
    public List<Batch> within(long tokens) {
        List<Batch> parts = new ArrayList<>();
        List<List<Row>> part = new ArrayList<>();
        long held = 0;
        for (List<Row> row : rows) {
            if (!part.isEmpty() && held + length(row) > tokens) {
                parts.add(new Batch(part));
                part = new ArrayList<>();
                held = 0;
            }
            part.add(row);
            held += length(row);
        }
        parts.add(new Batch(part));
        return parts;
    }

    private interface Cell {
        int of(Row document, int place);
    }

    private long[] filled(Cell cell) {
        long[] values = new long[Math.toIntExact(tokens())];
        int at = 0;
        for (Row document : documents)
            for (int place = 0; place < document.length(); place++)
                values[at++] = cell.of(document, place);
        return values;
    }

    private static int length(List<Row> row) {
        return row.stream().mapToInt(Row::length).sum();
    }
}
