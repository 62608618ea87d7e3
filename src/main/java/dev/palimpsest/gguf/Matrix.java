package dev.palimpsest.gguf;

import dev.palimpsest.model.UnsupportedModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;

/** A tensor in a file, read as fp32 a few rows at a time; a vector is one row. */
final class Matrix implements AutoCloseable {
    private static final int NUMBERS_AT_ONCE = 1 << 18;

    private final FileChannel channel;
    private final long position;
    private final GgufType type;
    private final long rows;
    private final int width;
    private final int rowsAtOnce;
    private final ByteBuffer bytes;
    private final float[] numbers;

    /** The shape's rows must have been limited: one is held in memory. */
    private Matrix(Path file, long position, GgufType type, List<Long> shape) throws IOException {
        this.position = position;
        this.type = type;
        this.width = Math.toIntExact(shape.getLast());
        this.rows = shape.size() == 1 ? 1 : shape.getFirst();
        this.rowsAtOnce = (int) Math.min(rows, Math.max(1, NUMBERS_AT_ONCE / width));
        this.numbers = new float[rowsAtOnce * width];
        this.bytes =
                ByteBuffer.allocate((int) type.bytes(numbers.length))
                        .order(ByteOrder.LITTLE_ENDIAN);
        this.channel = FileChannel.open(file);
    }

    static Matrix of(GgufFile file, TensorInfo tensor) throws IOException {
        return new Matrix(
                file.path(), file.dataStart() + tensor.offset(), tensor.type(), tensor.shape());
    }

    static Matrix of(Path file, long position, GgufType type, List<Long> shape) throws IOException {
        return new Matrix(file, position, type, shape);
    }

    long rowCount() {
        return rows;
    }

    int width() {
        return width;
    }

    int rowsAtOnce() {
        return rowsAtOnce;
    }

    /** Some rows, at most {@link #rowsAtOnce}, in an array that the next call overwrites. */
    float[] rows(long first, int count) throws IOException {
        bytes.clear().limit((int) type.bytes((long) count * width));
        long at = position + type.bytes(first * width);
        while (bytes.hasRemaining()) {
            int read = channel.read(bytes, at + bytes.position());
            if (read < 0)
                throw new UnsupportedModel("the model's file became shorter while it was read");
        }
        type.decode(bytes, numbers, count * width);
        return numbers;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
