package dev.palimpsest.gguf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/** Carries matrices from file to file through a few rows of memory. */
final class Transfer {
    private final FileChannel out;
    private final long total;
    private final Progress progress;
    private final BooleanSupplier cancelled;

    Transfer(FileChannel out, long total, Progress progress, BooleanSupplier cancelled) {
        this.out = out;
        this.total = total;
        this.progress = progress;
        this.cancelled = cancelled;
    }

    void write(ByteBuffer bytes) throws IOException {
        if (cancelled.getAsBoolean())
            throw new CancellationException("writing the model was cancelled");
        while (bytes.hasRemaining()) out.write(bytes);
        progress.at(out.position(), total);
    }

    /** Appends a matrix in an order and a type. */
    void copy(Matrix from, RowOrder order, int headSize, GgufType as, String name)
            throws IOException {
        int most = order == RowOrder.AS_IT_IS ? from.rowsAtOnce() : 1;
        ByteBuffer bytes =
                ByteBuffer.allocate((int) as.bytes((long) most * from.width()))
                        .order(ByteOrder.LITTLE_ENDIAN);
        for (long row = 0; row < from.rowCount(); row += most) {
            int count = (int) Math.min(most, from.rowCount() - row);
            float[] numbers = from.rows(order.source(row, headSize), count);
            bytes.clear();
            Encoding.append(as, numbers, count * from.width(), bytes, name);
            write(bytes.flip());
        }
    }
}
