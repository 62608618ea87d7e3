package dev.palimpsest.backup;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/** All tables of a database, by PostgreSQL's own COPY; of a partitioned one the whole. */
final class Rows {
    /** Flyway's own table is what a restore begins with. */
    private static final String TABLES =
            """
            select c.relname, array(
                select a.attname from pg_attribute a
                where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum)
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = current_schema() and c.relkind in ('r', 'p') and not c.relispartition
                and c.relname <> 'flyway_schema_history'
            order by c.relname
            """;

    private static final String SEQUENCES =
            "select sequencename, coalesce(last_value, 0) from pg_sequences where schemaname = current_schema() order by 1";

    /** They would ask for an order of the tables that there need not be. */
    private static final String REFERENCES =
            """
            select c.relname, r.conname, pg_get_constraintdef(r.oid)
            from pg_constraint r join pg_class c on c.oid = r.conrelid join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = current_schema() and r.contype = 'f' and r.conparentid = 0 order by 1, 2
            """;

    private final Connection connection;

    Rows(Connection connection) {
        this.connection = connection;
    }

    /** A foreign key of a table. */
    private record Reference(String table, String name, String definition) {}

    /** Each table's columns but those that the database computes. */
    Map<String, List<String>> tables() throws SQLException {
        Map<String, List<String>> tables = new LinkedHashMap<>();
        try (PreparedStatement asked = connection.prepareStatement(TABLES);
                ResultSet rows = asked.executeQuery()) {
            while (rows.next())
                tables.put(rows.getString(1), List.of((String[]) rows.getArray(2).getArray()));
        }
        return tables;
    }

    Map<String, Long> sequences() throws SQLException {
        Map<String, Long> sequences = new LinkedHashMap<>();
        try (PreparedStatement asked = connection.prepareStatement(SEQUENCES);
                ResultSet rows = asked.executeQuery()) {
            while (rows.next()) sequences.put(rows.getString(1), rows.getLong(2));
        }
        return sequences;
    }

    /** Answers how many there were. */
    long write(String table, List<String> columns, Path file) throws SQLException, IOException {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            return copier().copyOut(
                            "copy (select %s from %s) to stdout"
                                    .formatted(list(columns), name(table)),
                            out);
        }
    }

    /** Puts all back where migrations alone have been; afterwards references hold, or it throws. */
    void replace(Manifest manifest, Path backup) throws SQLException, IOException {
        List<Reference> references = references();
        for (Reference reference : references)
            run(
                    "alter table %s drop constraint %s"
                            .formatted(name(reference.table()), name(reference.name())));
        for (Manifest.Copied table : manifest.tables())
            replace(table, manifest.file(backup, table));
        for (Map.Entry<String, Long> sequence : manifest.sequences().entrySet())
            if (sequence.getValue() > 0)
                run(
                        "select setval('%s', %d)"
                                .formatted(name(sequence.getKey()), sequence.getValue()));
        for (Reference reference : references)
            run(
                    "alter table %s add constraint %s %s"
                            .formatted(
                                    name(reference.table()),
                                    name(reference.name()),
                                    reference.definition()));
    }

    /** What migrations put there comes back with the rest. */
    private void replace(Manifest.Copied table, Path file) throws SQLException, IOException {
        String name = name(table.table());
        run("alter table %s disable trigger user".formatted(name));
        run("truncate %s".formatted(name));
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            copier().copyIn("copy %s (%s) from stdin".formatted(name, list(table.columns())), in);
        }
        run("alter table %s enable trigger user".formatted(name));
    }

    private List<Reference> references() throws SQLException {
        List<Reference> references = new ArrayList<>();
        try (PreparedStatement asked = connection.prepareStatement(REFERENCES);
                ResultSet rows = asked.executeQuery()) {
            while (rows.next())
                references.add(
                        new Reference(rows.getString(1), rows.getString(2), rows.getString(3)));
        }
        return references;
    }

    private void run(String command) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(command);
        }
    }

    private CopyManager copier() throws SQLException {
        return connection.unwrap(PGConnection.class).getCopyAPI();
    }

    private static String list(List<String> columns) {
        return columns.stream().map(Rows::name).collect(Collectors.joining(", "));
    }

    private static String name(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }
}
