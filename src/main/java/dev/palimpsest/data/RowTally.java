package dev.palimpsest.data;

import java.io.IOException;

/** Passes rows on and counts what they hold. */
final class RowTally {
    private final Sink rows;
    private int count;
    private long tokens;
    private long learned;
    private int truncated;
    private int dropped;

    RowTally(Sink rows) {
        this.rows = rows;
    }

    /** Where rows go, one after another. */
    interface Sink {
        void take(Row row) throws IOException;
    }

    void add(Row row) throws IOException {
        rows.take(row);
        count = Math.incrementExact(count);
        tokens += row.length();
        learned += row.learned();
    }

    /** The row last added lost tokens at its end. */
    void truncated() {
        truncated++;
    }

    /** A document was left out. */
    void dropped() {
        dropped++;
    }

    long tokens() {
        return tokens;
    }

    /** {@link InvalidData} if there is nothing to train on. */
    Rows.Report report() {
        if (count == 0)
            throw new InvalidData(
                    dropped == 0
                            ? "The dataset has no documents"
                            : "No row carries loss: all %d documents have their completion beyond"
                                            .formatted(dropped)
                                    + " the sequence length; choose a longer one");
        return new Rows.Report(count, tokens, learned, truncated, dropped);
    }
}
