package dev.palimpsest.data;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;

/**
 * Rows in a file: a head, the ids of all rows one after another, then where each row begins. It is
 * mapped, so that of its rows only those asked for are read.
 */
final class RowFile implements AutoCloseable {
    private static final long MAGIC = 0x504C_4D50_524F_5731L;
    private static final int HEAD = 64; // bytes
    private static final int BUFFER = 1 << 20;
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final FileChannel file;
    private final ByteBuffer buffer =
            ByteBuffer.allocateDirect(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
    private long[] starts = new long[1024];
    private int rows;

    private RowFile(FileChannel file) throws IOException {
        this.file = file;
        file.position(HEAD);
    }

    static RowFile create(Path path) throws IOException {
        return new RowFile(
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE));
    }

    void add(Row row) throws IOException {
        if (rows + 1 == starts.length) starts = Arrays.copyOf(starts, 2 * starts.length);
        starts[rows + 1] = starts[rows] + row.length();
        rows++;
        for (int column = 0; column < row.length(); column++) {
            flushIfShort(Integer.BYTES);
            buffer.putInt(row.kept(column));
        }
    }

    /** Writes the index, and last the head, without which it is no such file. */
    void finish(Rows.Report report) throws IOException {
        for (int row = 0; row <= rows; row++) {
            flushIfShort(Long.BYTES);
            buffer.putLong(starts[row]);
        }
        flush();
        buffer.putLong(MAGIC).putInt(report.rows()).putInt(report.truncated());
        buffer.putInt(report.dropped()).putInt(0);
        buffer.putLong(report.tokens()).putLong(report.learned()).flip();
        while (buffer.hasRemaining()) file.write(buffer, buffer.position());
        file.force(true);
    }

    /** Nothing if the file is not whole. */
    static Optional<Rows> open(Path path) throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            if (file.size() < HEAD) return Optional.empty();
            MemorySegment bytes =
                    file.map(FileChannel.MapMode.READ_ONLY, 0, file.size(), Arena.ofAuto());
            if (bytes.get(LONG, 0) != MAGIC) return Optional.empty();
            Rows.Report report =
                    new Rows.Report(
                            bytes.get(INT, 8),
                            bytes.get(LONG, 24),
                            bytes.get(LONG, 32),
                            bytes.get(INT, 12),
                            bytes.get(INT, 16));
            long index = HEAD + Integer.BYTES * report.tokens();
            if (bytes.byteSize() != index + Long.BYTES * (report.rows() + 1L))
                return Optional.empty();
            return Optional.of(new Rows(row -> row(bytes, index, row), report));
        }
    }

    private static Row row(MemorySegment bytes, long index, int row) {
        long start = bytes.get(LONG, index + Long.BYTES * (long) row);
        long end = bytes.get(LONG, index + Long.BYTES * (row + 1L));
        return Row.of(
                bytes.asSlice(HEAD + Integer.BYTES * start, Integer.BYTES * (end - start))
                        .toArray(INT));
    }

    private void flushIfShort(int wanted) throws IOException {
        if (buffer.remaining() < wanted) flush();
    }

    private void flush() throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) file.write(buffer);
        buffer.clear();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
