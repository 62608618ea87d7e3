package dev.palimpsest.web;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads bytes and files one after the other; what is skipped is not read. */
final class Parts extends InputStream {
    /** A stretch of known length. */
    sealed interface Part {
        long length();

        InputStream open(long from) throws IOException;

        /** A stretch that is at hand. */
        record Bytes(byte[] bytes) implements Part {
            @Override
            public long length() {
                return bytes.length;
            }

            @Override
            public InputStream open(long from) {
                return new ByteArrayInputStream(bytes, (int) from, bytes.length - (int) from);
            }
        }

        /** A file, as long as it was when it was listed. */
        record Stored(Path file, long length) implements Part {
            @Override
            public InputStream open(long from) throws IOException {
                SeekableByteChannel channel = Files.newByteChannel(file);
                return Channels.newInputStream(channel.position(from));
            }
        }
    }

    private final Iterator<Part> rest;
    private @Nullable Part part;
    private @Nullable InputStream open;
    private long at;

    Parts(List<Part> parts) {
        this.rest = parts.iterator();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) return 0;
        Part from = current();
        if (from == null) return -1;
        InputStream bytes = open == null ? from.open(at) : open;
        open = bytes;
        int most = (int) Math.min(length, from.length() - at);
        int read = bytes.read(into, offset, most);
        if (read < 0) throw new EOFException(from + " became shorter while it was read");
        at += read;
        return read;
    }

    @Override
    public long skip(long wanted) throws IOException {
        long left = wanted;
        for (Part from = current(); from != null && left > 0; from = current()) {
            long step = Math.min(left, from.length() - at);
            close();
            at += step;
            left -= step;
        }
        return wanted - left;
    }

    @Override
    public void close() throws IOException {
        if (open != null) open.close();
        open = null;
    }

    /** The first part that is not read to its end. */
    private @Nullable Part current() throws IOException {
        while (part == null || at == part.length()) {
            if (!rest.hasNext()) return null;
            close();
            part = rest.next();
            at = 0;
        }
        return part;
    }
}
