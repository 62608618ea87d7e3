package dev.palimpsest.data;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** The rows of one step, longest first, padded on the right to the longest. */
public final class Batch {
    /** The label of a token that carries no loss, as PyTorch's cross-entropy has it. */
    public static final int IGNORED = -100;

    private final List<Row> rows;
    private final int padding;

    /** The order inside a batch is free, as its loss is one mean over all its labels. */
    Batch(List<Row> rows, int padding) {
        this.rows = rows.stream().sorted(Comparator.comparingInt(Row::length).reversed()).toList();
        this.padding = padding;
    }

    public int rows() {
        return rows.size();
    }

    public int columns() {
        return rows.getFirst().length();
    }

    /** Token ids, row after row. */
    public long[] ids() {
        return filled((row, column) -> column < row.length() ? row.id(column) : padding);
    }

    /** The same ids, not shifted, and {@link #IGNORED} where no loss is taken. */
    public long[] labels() {
        return filled((row, column) -> column < row.length() ? row.label(column) : IGNORED);
    }

    /** How many of its tokens are not padding. */
    public long tokens() {
        return rows.stream().mapToLong(Row::length).sum();
    }

    /** How many of its tokens carry loss once the labels are shifted against the predictions. */
    public long learned() {
        return rows.stream().mapToLong(Row::learned).sum();
    }

    /** The same rows in parts of at most {@code most}, each padded only to its own longest. */
    public List<Batch> microBatches(int most) {
        return IntStream.iterate(0, start -> start < rows.size(), start -> start + most)
                .mapToObj(
                        start ->
                                new Batch(
                                        rows.subList(start, Math.min(start + most, rows.size())),
                                        padding))
                .toList();
    }

    private interface Cell {
        int of(Row row, int column);
    }

    private long[] filled(Cell cell) {
        long[] values = new long[rows() * columns()];
        for (int row = 0; row < rows(); row++)
            for (int column = 0; column < columns(); column++)
                values[row * columns() + column] = cell.of(rows.get(row), column);
        return values;
    }
}
