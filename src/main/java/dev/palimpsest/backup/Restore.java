package dev.palimpsest.backup;

import dev.palimpsest.artifacts.Artifact;
import dev.palimpsest.artifacts.Artifacts;
import dev.palimpsest.artifacts.Named;
import dev.palimpsest.backup.Backup.Contents;
import dev.palimpsest.home.Home;
import dev.palimpsest.spec.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Puts a backup into an empty database and an empty home folder, or a bucket: files first, so that
 * no row names what is not there. The next start migrates it, if the program is newer.
 */
class Restore {
    static final String MIGRATIONS = "classpath:db/migration";

    private static final String EMPTY =
            """
            select not exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where n.nspname = current_schema() and c.relkind = 'r')
            """;

    private final DataSource database;
    private final JdbcClient client;
    private final TransactionTemplate transaction;
    private final Artifacts artifacts;
    private final Named named;
    private final Home home;

    Restore(
            DataSource database,
            JdbcClient client,
            TransactionTemplate transaction,
            Artifacts artifacts,
            Named named,
            Home home) {
        this.database = database;
        this.client = client;
        this.transaction = transaction;
        this.artifacts = artifacts;
        this.named = named;
        this.home = home;
    }

    Manifest from(Path folder) throws IOException {
        Manifest manifest = checked(folder);
        if (!client.sql(EMPTY).query(Boolean.class).single())
            throw new CannotCopy(
                    "there is something in the database already; restore into an empty one, and an empty home folder");
        migrate(manifest.schema());
        transaction.executeWithoutResult(
                _ -> {
                    replace(manifest, folder);
                    lay(new Contents(folder));
                });
        return manifest;
    }

    private static Manifest checked(Path folder) throws IOException {
        if (!Manifest.isIn(folder))
            throw new CannotCopy(
                    "the folder %s holds no whole backup; name the one that a backup was made into"
                            .formatted(folder));
        Manifest manifest = Manifest.read(folder);
        for (Manifest.Copied table : manifest.tables()) {
            Path file = manifest.file(folder, table);
            if (!Files.isRegularFile(file) || !Sha256.of(file).equals(table.sha256()))
                throw new CannotCopy(
                        "the file %s of the backup is damaged; take another backup"
                                .formatted(file));
        }
        return manifest;
    }

    private void migrate(String schema) {
        Flyway flyway =
                Flyway.configure().dataSource(database).locations(MIGRATIONS).target(schema).load();
        flyway.migrate();
        String reached = String.valueOf(flyway.info().current().getVersion());
        if (!reached.equals(schema))
            throw new CannotCopy(
                    "the backup is of a newer Palimpsest (migration %s, and this one has %s); restore it with that"
                            .formatted(schema, reached));
    }

    private void replace(Manifest manifest, Path folder) {
        Connection connection = DataSourceUtils.getConnection(database);
        try {
            new Rows(connection).replace(manifest, folder);
        } catch (SQLException failed) {
            throw new IllegalStateException("the tables cannot be put back", failed);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } finally {
            DataSourceUtils.releaseConnection(connection, database);
        }
    }

    private void lay(Contents contents) {
        try {
            for (Named.Folder files : named.folders()) {
                Path place = home.root().resolve(files.folder());
                for (Artifact file : files.files()) lay(contents, file, place.resolve(file.path()));
                artifacts.store(place, files.files());
                artifacts.verified(files.folder(), files.files());
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void lay(Contents contents, Artifact file, Path place) throws IOException {
        if (contents.lacks(file))
            throw new CannotCopy(
                    "the backup lacks %s, which was %s; take another backup"
                            .formatted(contents.place(file), file.path()));
        Files.createDirectories(Objects.requireNonNull(place.getParent()));
        Files.copy(contents.place(file), place, StandardCopyOption.REPLACE_EXISTING);
    }
}
