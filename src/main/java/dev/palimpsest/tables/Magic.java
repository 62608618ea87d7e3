package dev.palimpsest.tables;

import dev.palimpsest.data.FileFormat;
import dev.palimpsest.data.InvalidData;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;

/** The first bytes of a file, by which some files say that they are none of ours. */
public final class Magic {
    private static final Map<String, String> PACKED =
            Map.of(
                    "1f8b", "gzip",
                    "504b0304", "zip",
                    "28b52ffd", "zstd",
                    "425a68", "bzip2",
                    "fd377a58", "xz");

    private Magic() {}

    /** Nothing packed is unpacked here: what a file takes is what was sent. */
    public static void check(Path file, FileFormat format) throws IOException {
        byte[] first;
        try (InputStream bytes = Files.newInputStream(file)) {
            first = bytes.readNBytes(4);
        }
        String hex = HexFormat.of().formatHex(first);
        PACKED.forEach(
                (begin, packer) -> {
                    if (hex.startsWith(begin))
                        throw new InvalidData(
                                "is packed with %s; unpack it before sending it".formatted(packer));
                });
        String text = new String(first, StandardCharsets.US_ASCII);
        if (format == FileFormat.PARQUET && text.equals("PARE"))
            throw new InvalidData("is an encrypted Parquet file; write it unencrypted");
        if (format == FileFormat.PARQUET && !text.equals("PAR1"))
            throw new InvalidData("is no Parquet file: it does not begin with PAR1");
        if (format != FileFormat.PARQUET && text.equals("PAR1"))
            throw new InvalidData("is a Parquet file; say file_format=parquet");
    }
}
