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
    private long orderedEpoch = -1;
    private int[] order = {};

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
        order(step / stepsPerEpoch());
        int start = (int) (step % stepsPerEpoch()) * batchSize;
        int end = Math.min(start + batchSize, rows.size());
        List<Row> chosen = Arrays.stream(order, start, end).mapToObj(rows::row).toList();
        return new Batch(chosen, padding);
    }

    /**
     * Kept for the steps that follow: shuffling a large dataset for each would cost more than they
     * do.
     */
    private void order(long epoch) {
        if (epoch == orderedEpoch) return;
        order = Shuffle.order(rows.size(), Shuffle.seed(seed, epoch));
        orderedEpoch = epoch;
    }
}
