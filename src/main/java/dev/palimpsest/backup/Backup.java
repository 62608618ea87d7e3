package dev.palimpsest.backup;

import dev.palimpsest.artifacts.Artifact;
import dev.palimpsest.artifacts.Artifacts;
import dev.palimpsest.artifacts.Damaged;
import dev.palimpsest.artifacts.Named;
import dev.palimpsest.spec.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.FileSystemUtils;

/**
 * Copies everything into a folder while the service runs: all tables as of one moment, then the
 * files that they name. Files go away but never change, so where one had gone meanwhile it is done
 * anew, and what is copied already stays: the few that lack then come before the tables, as a run
 * that keeps its last checkpoints alone replaces them while tables are copied.
 */
class Backup {
    private static final int MOST_PASSES = 5;

    private final DataSource database;
    private final TransactionTemplate moment;
    private final Artifacts artifacts;
    private final Named named;
    private final Clock clock;

    Backup(
            DataSource database,
            PlatformTransactionManager transactions,
            Artifacts artifacts,
            Named named,
            Clock clock) {
        this.database = database;
        this.artifacts = artifacts;
        this.named = named;
        this.clock = clock;
        this.moment = new TransactionTemplate(transactions);
        this.moment.setReadOnly(true);
        this.moment.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
    }

    /** All tables as of one moment, and what they name. */
    private record Moment(Manifest manifest, List<Named.Folder> files) {}

    /** Into an empty folder, or one with an earlier backup, of which equal files are kept. */
    Manifest into(Path folder) throws IOException {
        Files.createDirectories(folder);
        if (!Manifest.isIn(folder) && !isEmpty(folder))
            throw new CannotCopy(
                    "the folder %s has something else in it; name an empty one, or an earlier backup"
                            .formatted(folder));
        List<String> unlisted = named.unlistedModels();
        if (!unlisted.isEmpty())
            throw new CannotCopy(
                    "the files of %s are not listed yet; start the service once with the home that they lie in, or delete what has no files"
                            .formatted(String.join(", ", unlisted)));
        Contents contents = new Contents(folder);
        for (int pass = 1; ; pass++) {
            boolean filesFirst = pass > 1;
            Moment copied;
            try {
                copied = moment.execute(_ -> moment(folder, contents, filesFirst));
                copy(copied.files(), contents);
            } catch (Damaged damaged) {
                if (damaged.isGone() && pass < MOST_PASSES) continue;
                throw new CannotCopy(
                        "%s, so that no whole backup can be made; delete what it belongs to and try again"
                                .formatted(damaged.getMessage()),
                        damaged);
            }
            copied.manifest().write(folder);
            sweep(folder, copied, contents);
            return copied.manifest();
        }
    }

    /** Its first question sets the moment. */
    private Moment moment(Path folder, Contents contents, boolean filesFirst) {
        try {
            List<Named.Folder> files = named.folders();
            if (filesFirst) copy(files, contents);
            return new Moment(tables(folder), files);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private Manifest tables(Path folder) throws IOException {
        Connection connection = DataSourceUtils.getConnection(database);
        try {
            Rows rows = new Rows(connection);
            String name = "tables-" + UUID.randomUUID();
            Path place = Files.createDirectory(folder.resolve(name));
            List<Manifest.Copied> copied = new ArrayList<>();
            for (Map.Entry<String, List<String>> table : rows.tables().entrySet()) {
                Path file = place.resolve(table.getKey() + ".copy.gz");
                long count = rows.write(table.getKey(), table.getValue(), file);
                copied.add(
                        new Manifest.Copied(
                                table.getKey(), table.getValue(), count, Sha256.of(file)));
            }
            return new Manifest(
                    Manifest.VERSION, clock.instant(), schema(), name, copied, rows.sequences());
        } catch (SQLException failed) {
            throw new IllegalStateException("the tables cannot be copied", failed);
        } finally {
            DataSourceUtils.releaseConnection(connection, database);
        }
    }

    private String schema() {
        return String.valueOf(
                Flyway.configure()
                        .dataSource(database)
                        .locations(Restore.MIGRATIONS)
                        .load()
                        .info()
                        .current()
                        .getVersion());
    }

    private void copy(List<Named.Folder> all, Contents contents) throws IOException {
        for (Named.Folder files : all) copy(files, contents);
    }

    private void copy(Named.Folder files, Contents contents) throws IOException {
        List<Artifact> absent = files.files().stream().filter(contents::lacks).toList();
        if (absent.isEmpty()) return;
        Path place = artifacts.at(files.folder(), absent);
        for (Artifact file : absent) {
            try {
                contents.add(place.resolve(file.path()), file);
            } catch (NoSuchFileException _) {
                artifacts.verified(files.folder(), List.of(file)); // says that it has gone
            }
        }
    }

    /** What only earlier backups, or passes that came to nothing, had. */
    private static void sweep(Path folder, Moment copied, Contents contents) throws IOException {
        Set<String> sums = new HashSet<>();
        copied.files().forEach(of -> of.files().forEach(file -> sums.add(file.sha256())));
        contents.deleteAllBut(sums);
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path entry : entries.toList()) {
                String name = entry.getFileName().toString();
                if (name.startsWith("tables-") && !name.equals(copied.manifest().folder()))
                    FileSystemUtils.deleteRecursively(entry);
            }
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.allMatch(entry -> isUnfinished(entry.getFileName().toString()));
        }
    }

    /** Of a backup that was killed. */
    private static boolean isUnfinished(String name) {
        return name.startsWith("tables-") || name.equals(Contents.FOLDER);
    }

    /** Files of a backup, each under its sum. */
    record Contents(Path backup) {
        static final String FOLDER = "sha256";

        Path place(Artifact file) {
            return backup.resolve(FOLDER)
                    .resolve(file.sha256().substring(0, 2))
                    .resolve(file.sha256());
        }

        boolean lacks(Artifact file) {
            return !Files.isRegularFile(place(file));
        }

        void add(Path from, Artifact file) throws IOException {
            Path place = place(file);
            Files.createDirectories(place.getParent());
            Path part = place.resolveSibling(file.sha256() + ".part");
            Files.copy(from, part, StandardCopyOption.REPLACE_EXISTING);
            String sum = Sha256.of(part);
            if (!sum.equals(file.sha256()))
                throw new CannotCopy(
                        "file %s is damaged: its SHA-256 is %s, not %s; delete what it belongs to and try again"
                                .formatted(from, sum, file.sha256()));
            Files.move(part, place, StandardCopyOption.ATOMIC_MOVE);
        }

        void deleteAllBut(Set<String> sums) throws IOException {
            if (!Files.isDirectory(backup.resolve(FOLDER))) return;
            try (Stream<Path> all = Files.walk(backup.resolve(FOLDER))) {
                for (Path file : all.filter(Files::isRegularFile).toList())
                    if (!sums.contains(file.getFileName().toString())) Files.delete(file);
            }
        }
    }
}
