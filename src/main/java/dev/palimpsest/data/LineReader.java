package dev.palimpsest.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** Lines of bytes, each held only up to a length, however long the file makes it. */
public final class LineReader {
    static final int LONGEST_LINE = 8 << 20; // bytes

    private final InputStream bytes;
    private final byte[] block = new byte[1 << 16];
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private int at;
    private int end;
    private long number;

    public LineReader(InputStream bytes) {
        this.bytes = bytes;
    }

    /** Whether there is one more line; a line feed at the very end begins none. */
    public boolean next() throws IOException {
        line.reset();
        if (!filled()) return false;
        number++;
        do {
            int stop = at;
            while (stop < end && block[stop] != '\n') stop++;
            int room = LONGEST_LINE + 1 - line.size(); // one more, which tells that it is too long
            line.write(block, at, Math.min(stop - at, room));
            at = stop + 1;
            if (stop < end) break;
        } while (filled());
        return true;
    }

    /** Counted from 1. */
    public long number() {
        return number;
    }

    public byte[] line() {
        if (line.size() > LONGEST_LINE)
            throw new InvalidData("is longer than %d MiB".formatted(LONGEST_LINE >> 20));
        return line.toByteArray();
    }

    private boolean filled() throws IOException {
        if (at < end) return true;
        at = 0;
        end = Math.max(bytes.read(block), 0);
        return end > 0;
    }
}
