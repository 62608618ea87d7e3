package dev.palimpsest.catalog;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Counts an import's bytes or rows in the one thread that moves them, to be read in another. */
class Tally {
    private volatile ImportProgress now = ImportProgress.NONE;

    void begin(ImportPhase phase, @Nullable Long bytes) {
        now = ImportProgress.ofBytes(phase, 0, bytes);
    }

    void moved(long bytes) {
        ImportProgress before = now;
        now =
                ImportProgress.ofBytes(
                        before.phase(), before.bytesDone() + bytes, before.bytesTotal());
    }

    void at(ImportPhase phase, long bytes, long total) {
        now = ImportProgress.ofBytes(phase, bytes, total);
    }

    void rows(ImportPhase phase, long rows, @Nullable Long total) {
        now = ImportProgress.ofRows(phase, rows, total);
    }

    ImportProgress now() {
        return now;
    }

    /** A file whose bytes are counted as they are read, until the reader is interrupted. */
    InputStream open(Path file) throws IOException {
        return new Counted(Files.newInputStream(file));
    }

    private final class Counted extends FilterInputStream {
        Counted(InputStream bytes) {
            super(bytes);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (Thread.currentThread().isInterrupted()) throw new InterruptedIOException();
            int count = super.read(into, offset, length);
            if (count > 0) moved(count);
            return count;
        }
    }
}
