package dev.palimpsest.data;

import dev.palimpsest.spec.Training;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which documents each step of a run sees. A step's batch depends on nothing but its number, so
 * that a run which starts again in the middle sees what it would have seen.
 */
public final class Batches {
    private final Rows documents;
    private final int[][] rows;
    private final int batchSize;
    private final long seed;
    private long orderedEpoch = -1;
    private int[] order = {};

    /**
     * @param rows which documents lie in each row
     */
    Batches(Rows documents, int[][] rows, int batchSize, long seed) {
        this.documents = documents;
        this.rows = rows;
        this.batchSize = batchSize;
        this.seed = seed;
    }

    /**
     * All documents, or as many as make up {@code tokens} in an order drawn by the seed; each a row
     * of its own, or packed into rows of the sequence length.
     */
    public static Batches of(Rows documents, Training training, @Nullable Long tokens) {
        int[] chosen = chosen(documents, training.seed(), tokens);
        int[][] rows =
                training.packing()
                        ? Packing.bestFit(
                                chosen,
                                index -> documents.row(index).length(),
                                training.sequenceLength())
                        : Arrays.stream(chosen)
                                .mapToObj(index -> new int[] {index})
                                .toArray(int[][]::new);
        return new Batches(documents, rows, training.batchSize(), training.seed());
    }

    /**
     * The same documents, each a row, in batches of another size; what is only read needs no seed.
     */
    public static Batches unpacked(Rows documents, int batchSize, long seed) {
        int[][] rows =
                IntStream.range(0, documents.size())
                        .mapToObj(index -> new int[] {index})
                        .toArray(int[][]::new);
        return new Batches(documents, rows, batchSize, seed);
    }

    /**
     * What an epoch has.
     *
     * @param rows what the batch size counts
     */
    public record Size(int documents, int rows, long tokens) {
        public double documentsPerRow() {
            return (double) documents / rows;
        }
    }

    public Size size() {
        long tokens = 0;
        int count = 0;
        for (int[] row : rows) {
            count += row.length;
            for (int index : row) tokens += documents.row(index).length();
        }
        return new Size(count, rows.length, tokens);
    }

    /** The last batch of an epoch may be smaller. */
    public int stepsPerEpoch() {
        return Math.ceilDiv(rows.length, batchSize);
    }

    /** The batch of a step, counted from 0; each epoch is a new order of all rows. */
    public Batch batch(long step) {
        order(step / stepsPerEpoch());
        int start = (int) (step % stepsPerEpoch()) * batchSize;
        int end = Math.min(start + batchSize, rows.length);
        List<List<Row>> chosen = new ArrayList<>();
        for (int i = start; i < end; i++)
            chosen.add(Arrays.stream(rows[order[i]]).mapToObj(documents::row).toList());
        return new Batch(chosen);
    }

    private static int[] chosen(Rows documents, long seed, @Nullable Long tokens) {
        if (tokens == null || tokens >= documents.report().tokens())
            return IntStream.range(0, documents.size()).toArray();
        int[] drawn = Shuffle.order(documents.size(), Shuffle.seed(seed, -1));
        int count = 0;
        for (long taken = 0; taken < tokens && count < drawn.length; count++)
            taken += documents.row(drawn[count]).length();
        return Arrays.stream(drawn, 0, count).sorted().toArray();
    }

    /**
     * Kept for the steps that follow: shuffling a large dataset for each would cost more than they
     * do.
     */
    private void order(long epoch) {
        if (epoch == orderedEpoch) return;
        order = Shuffle.order(rows.length, Shuffle.seed(seed, epoch));
        orderedEpoch = epoch;
    }
}
