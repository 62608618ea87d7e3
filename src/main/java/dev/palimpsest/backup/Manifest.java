package dev.palimpsest.backup;

import dev.palimpsest.spec.Binder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What a backup holds; written last, so that what has none is no backup.
 *
 * @param schema the migration that its database was at
 * @param folder of its tables
 * @param sequences of each the last number that it gave
 */
record Manifest(
        int version,
        Instant at,
        String schema,
        String folder,
        List<Copied> tables,
        Map<String, Long> sequences) {
    static final int VERSION = 1;
    private static final String NAME = "backup.json";

    /** A table's rows in a file. */
    record Copied(String table, List<String> columns, long rows, String sha256) {}

    static boolean isIn(Path folder) {
        return Files.isRegularFile(folder.resolve(NAME));
    }

    static Manifest read(Path folder) throws IOException {
        return Binder.JSON.readValue(Files.readString(folder.resolve(NAME)), Manifest.class);
    }

    void write(Path folder) throws IOException {
        Path part = folder.resolve(NAME + ".part");
        Files.writeString(part, Binder.JSON.writeValueAsString(this));
        Files.move(part, folder.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
    }

    Path file(Path backup, Copied table) {
        return backup.resolve(folder).resolve(table.table() + ".copy.gz");
    }
}
