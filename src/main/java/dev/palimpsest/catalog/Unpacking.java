package dev.palimpsest.catalog;

import dev.palimpsest.data.DocumentFile.BadLine;
import dev.palimpsest.data.FileFormat;
import dev.palimpsest.data.Format;
import dev.palimpsest.spec.Faults;
import dev.palimpsest.spec.InvalidSpec;
import dev.palimpsest.tables.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts the rows of tables, a line of JSON each, in the tables' places, and counts them. */
final class Unpacking {
    private final DatasetUpload upload;
    private final long mostBytes;
    private final Tally tally;
    private long rows;

    Unpacking(DatasetUpload upload, long mostBytes, Tally tally) {
        this.upload = upload;
        this.mostBytes = mostBytes;
        this.tally = tally;
    }

    void of(Path folder, List<Sent> tables) throws IOException {
        Long total = upload.fileFormat() == FileFormat.PARQUET ? rowsOf(folder, tables) : null;
        tally.rows(ImportPhase.UNPACKING, 0, total);
        long bytes = 0;
        for (Sent sent : tables) {
            bytes += sent.naming(() -> unpacked(folder, sent, total));
            if (bytes > mostBytes)
                throw new InvalidSpec(
                        "/file",
                        "unpack to more than %,d bytes together; take fewer".formatted(mostBytes));
        }
    }

    /** Parquet says it at the end of a file. */
    private Long rowsOf(Path folder, List<Sent> tables) throws IOException {
        long all = 0;
        for (Sent sent : tables) all += sent.naming(() -> rowsOf(folder, sent));
        return all;
    }

    private long rowsOf(Path folder, Sent sent) throws IOException {
        try (Table table = Table.open(folder, sent.file(), upload.fileFormat())) {
            return table.rows();
        }
    }

    /** Returns the bytes of its rows. */
    private long unpacked(Path folder, Sent sent, @Nullable Long total) throws IOException {
        Path lines = folder.resolve(sent.file() + ".rows");
        long before = rows;
        try (Table table = Table.open(folder, sent.file(), upload.fileFormat())) {
            upload.requireColumns(table.columns(), new Faults());
            table.write(
                    upload.format() == Format.ROWS ? table.columns() : upload.mapping().needed(),
                    lines,
                    mostBytes,
                    count -> {
                        rows = before + count;
                        tally.rows(ImportPhase.UNPACKING, rows, total);
                    });
            List<BadLine> rejected = table.rejected();
            if (!rejected.isEmpty()) Findings.refuse("line", rejected);
        }
        Files.move(lines, folder.resolve(sent.file()), StandardCopyOption.REPLACE_EXISTING);
        return Files.size(folder.resolve(sent.file()));
    }
}
