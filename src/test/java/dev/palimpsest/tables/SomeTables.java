package dev.palimpsest.tables;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** Parquet files for tests: good ones by DuckDB itself, others byte by byte. */
public final class SomeTables {
    private SomeTables() {}

    public static Path parquet(Path file, String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "COPY (%s) TO '%s' (FORMAT parquet, COMPRESSION zstd)".formatted(query, file));
            return file;
        }
    }

    /** A footer alone, whose schema is so many groups deep and claims so many children and rows. */
    static byte[] nested(int depth, long children, long rows) {
        ByteArrayOutputStream footer = new ByteArrayOutputStream();
        footer.writeBytes(new byte[] {0x15, 0x02, 0x19, (byte) 0xfc}); // version 1; a list
        number(footer, depth + 1L);
        for (int level = 0; level <= depth; level++) {
            boolean leaf = level == depth;
            if (leaf) footer.writeBytes(new byte[] {0x15, 0x0c, 0x25, 0x02, 0x18}); // a byte array
            else footer.writeBytes(new byte[] {0x35, 0x02, 0x18}); // an optional group
            footer.writeBytes(new byte[] {0x01, 'c'});
            if (!leaf) {
                footer.write(0x15);
                number(footer, 2 * children);
            }
            footer.write(0);
        }
        footer.write(0x16);
        number(footer, 2 * rows);
        footer.writeBytes(new byte[] {0x19, 0x0c, 0x00}); // no row groups
        return framed(footer.toByteArray(), footer.size());
    }

    static byte[] framed(byte[] footer, int length) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes("PAR1".getBytes(StandardCharsets.US_ASCII));
        file.writeBytes(footer);
        for (int shift = 0; shift < 32; shift += 8) file.write(length >>> shift);
        file.writeBytes("PAR1".getBytes(StandardCharsets.US_ASCII));
        return file.toByteArray();
    }

    private static void number(ByteArrayOutputStream out, long value) {
        long left = value;
        while (left > 0x7f) {
            out.write((int) (left & 0x7f | 0x80));
            left >>>= 7;
        }
        out.write((int) left);
    }
}
