package dev.palimpsest.gguf;

import dev.palimpsest.model.UnsupportedModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads a header from its start. Every size is compared with what is left of the file, and of what
 * a header may take at all, before anything is allocated.
 */
final class HeaderReader {
    /** Five times what a vocabulary of 260,000 tokens with its merges takes. */
    private static final long LONGEST_HEADER = 64 << 20;

    private static final long MOST_STRINGS = 1 << 20;

    private final FileChannel channel;
    private final String file;
    private final long end;
    private final ByteBuffer buffer =
            ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN).limit(0);
    private long position;
    private long strings;

    HeaderReader(FileChannel channel, String file) throws IOException {
        this.channel = channel;
        this.file = file;
        this.end = Math.min(channel.size(), LONGEST_HEADER);
    }

    long position() {
        return position;
    }

    long unsigned32(String field) throws IOException {
        return bytes(4, field).getInt(0) & 0xFFFF_FFFFL;
    }

    long signed64(String field) throws IOException {
        return bytes(8, field).getLong(0);
    }

    String text(String field) throws IOException {
        long length = signed64("the length of " + field);
        if (++strings > MOST_STRINGS)
            throw refusal(
                    "%s is beyond the %,d strings that a header may have"
                            .formatted(field, MOST_STRINGS));
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes(length, field)).toString();
        } catch (CharacterCodingException _) {
            throw refusal("%s is not UTF-8".formatted(field));
        }
    }

    /** A fresh buffer with the next bytes. */
    ByteBuffer bytes(long count, String field) throws IOException {
        if (count < 0 || count > end - position)
            throw refusal(
                    "%s would take %s bytes, %,d are left of its header's bytes"
                            .formatted(field, Long.toUnsignedString(count), end - position));
        ByteBuffer bytes = ByteBuffer.allocate((int) count).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (!buffer.hasRemaining()) fill(field);
            int part = Math.min(bytes.remaining(), buffer.remaining());
            bytes.put(buffer.slice(buffer.position(), part));
            buffer.position(buffer.position() + part);
        }
        position += count;
        return bytes.flip();
    }

    /** Refuses a number of things that would need more bytes than are left. */
    int count(long count, long bytesEach, String field) {
        if (count < 0 || count > (end - position) / bytesEach)
            throw refusal(
                    "%s is %s, for which the %,d bytes that are left have no room"
                            .formatted(field, Long.toUnsignedString(count), end - position));
        return (int) count;
    }

    UnsupportedModel refusal(String detail) {
        return new UnsupportedModel(file + " is truncated or damaged: " + detail);
    }

    private void fill(String field) throws IOException {
        buffer.clear();
        if (channel.read(buffer) < 0) throw refusal("it ends inside %s".formatted(field));
        buffer.flip();
    }
}
