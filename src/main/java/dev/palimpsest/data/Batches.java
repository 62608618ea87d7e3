package dev.palimpsest.data;

import java.util.Arrays;
import java.util.List;

/**
 * Which rows each step of a run sees. A step's batch depends on nothing but its number, so that a
 * run which starts again in the middle sees what it would have seen.
 */
public final class Batches {
    private final Rows rows;
    private final int batchSize;
    private final long seed;
    private final int padding;

    /**
     * @param padding the token id that fills short rows
     */
    public Batches(Rows rows, int batchSize, long seed, int padding) {
        this.rows = rows;
        this.batchSize = batchSize;
        this.seed = seed;
        this.padding = padding;
    }

    /** The last batch of an epoch may be smaller. */
    public int stepsPerEpoch() {
        return Math.ceilDiv(rows.size(), batchSize);
    }

    /** The batch of a step, counted from 0; each epoch is a new order of all rows. */
    public Batch batch(long step) {
        int[] order = Shuffle.order(rows.size(), Shuffle.seed(seed, step / stepsPerEpoch()));
        int start = (int) (step % stepsPerEpoch()) * batchSize;
        int end = Math.min(start + batchSize, rows.size());
        List<Row> chosen = Arrays.stream(order, start, end).mapToObj(rows::row).toList();
        return new Batch(chosen, padding);
    }
}
