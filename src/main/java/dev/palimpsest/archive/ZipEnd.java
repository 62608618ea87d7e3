package dev.palimpsest.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * The last record of a zip, which says how large the directory before it is. Java reads all of that
 * into memory when it opens a zip, so it is looked at before.
 *
 * @see <a href="https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT">the format, 4.3.14 to
 *     4.3.16</a>
 */
final class ZipEnd {
    private static final int END = 0x06054b50;
    private static final int END_BYTES = 22;
    private static final int LOCATOR = 0x07064b50;
    private static final int LOCATOR_BYTES = 20;
    private static final int END64 = 0x06064b50;
    private static final int END64_BYTES = 56;
    private static final int SAID_LATER = 0xFFFF; // by the larger record
    private static final int ALL_SAID_LATER = 0xFFFFFFFF;
    private static final String BYTES = "bytes of a directory";
    private static final long MOST_DIRECTORY_BYTES = 64 << 20;

    private ZipEnd() {}

    /** Refuses an archive of too many members, and a file that does not end as a zip does. */
    static void check(Path file, long mostMembers) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            long at = channel.size() - END_BYTES;
            ByteBuffer end = record(channel, at, END_BYTES);
            if (end.remaining() < END_BYTES || end.getInt(0) != END || end.getShort(20) != 0)
                throw ArchiveFile.fault("is no whole zip archive: it does not end as one");
            ByteBuffer locator = record(channel, at - LOCATOR_BYTES, LOCATOR_BYTES);
            boolean large = locator.remaining() == LOCATOR_BYTES && locator.getInt(0) == LOCATOR;
            int members = Short.toUnsignedInt(end.getShort(10));
            int bytes = end.getInt(12);
            if (!large || members != SAID_LATER) bound(members, mostMembers, "members");
            if (!large || bytes != ALL_SAID_LATER)
                bound(Integer.toUnsignedLong(bytes), MOST_DIRECTORY_BYTES, BYTES);
            if (!large) return;
            ByteBuffer end64 = record(channel, locator.getLong(8), END64_BYTES);
            if (end64.remaining() < END64_BYTES || end64.getInt(0) != END64)
                throw ArchiveFile.fault("is no whole zip archive: it has no directory");
            bound(end64.getLong(32), mostMembers, "members");
            bound(end64.getLong(40), MOST_DIRECTORY_BYTES, BYTES);
        }
    }

    private static void bound(long given, long most, String of) {
        if (given < 0 || given > most)
            throw ArchiveFile.fault(
                    "has %s %s, more than %d".formatted(Long.toUnsignedString(given), of, most));
    }

    /** Fewer bytes, or none, where the file has no more. */
    private static ByteBuffer record(FileChannel channel, long at, int bytes) throws IOException {
        ByteBuffer record = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (at >= 0) channel.read(record, at);
        return record.flip();
    }
}
