package dev.palimpsest.catalog;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Files of lines, one after the other in a single one. */
final class Lines {
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private Lines() {}

    /** The file's bytes, without a mark before the first and with a line feed after the last. */
    static void append(Path file, OutputStream all) throws IOException {
        try (InputStream bytes = Files.newInputStream(file)) {
            byte[] begin = bytes.readNBytes(BYTE_ORDER_MARK.length);
            if (!Arrays.equals(begin, BYTE_ORDER_MARK)) all.write(begin);
            bytes.transferTo(all);
        }
        if (!endsItsLine(file)) all.write('\n');
    }

    private static boolean endsItsLine(Path file) throws IOException {
        long size = Files.size(file);
        if (size == 0) return true;
        try (InputStream bytes = Files.newInputStream(file)) {
            bytes.skipNBytes(size - 1);
            return bytes.read() == '\n';
        }
    }
}
