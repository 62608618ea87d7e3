package dev.palimpsest.tables;

import dev.palimpsest.data.InvalidData;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.function.LongConsumer;

/**
 * A DuckDB of its own for one file: it reaches one folder and no network, holds a bounded amount of
 * memory, and what it says of a broken file is said as {@link InvalidData}.
 */
final class Fence implements AutoCloseable {
    private static final int MEMORY_MEGABYTES = 1024;

    /** Answers come as they are read, never whole. */
    private static final Properties STREAMING = new Properties();

    static {
        STREAMING.setProperty("jdbc_stream_results", "true");
    }

    private static final Duration LONGEST = Duration.ofMinutes(10);

    private final Path folder;
    private final Connection connection;

    private Fence(Path folder, Connection connection) {
        this.folder = folder;
        this.connection = connection;
    }

    static Fence around(Path folder) {
        Path reachable = folder.toAbsolutePath();
        try {
            Fence fence =
                    new Fence(reachable, DriverManager.getConnection("jdbc:duckdb:", STREAMING));
            for (String setting :
                    List.of(
                            "threads = 1",
                            "memory_limit = '%dMB'".formatted(MEMORY_MEGABYTES),
                            "temp_directory = " + literal(reachable.resolve("spill")),
                            "max_temp_directory_size = '4GB'",
                            "autoload_known_extensions = false",
                            "autoinstall_known_extensions = false",
                            "allowed_directories = [" + literal(reachable) + "]",
                            "enable_external_access = false",
                            "lock_configuration = true")) fence.run("SET " + setting);
            return fence;
        } catch (SQLException impossible) {
            throw new IllegalStateException("DuckDB cannot be opened", impossible);
        }
    }

    /** The rows of an answer, each as its columns' texts. */
    List<List<String>> rows(String query) {
        try (Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery(query)) {
            List<List<String>> rows = new ArrayList<>();
            int columns = answer.getMetaData().getColumnCount();
            while (answer.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= columns; i++) row.add(String.valueOf(answer.getString(i)));
                rows.add(row);
            }
            return rows;
        } catch (SQLException refused) {
            throw said(refused);
        }
    }

    /**
     * Writes an answer's one column to a file, a line a row, and stops reading when the file grows
     * too large, when it takes too long or when the thread is interrupted; false if there was not
     * enough memory. DuckDB's own way out, cancelling a running COPY, hung in one of five tries.
     *
     * @param written told after each row how many there are so far
     */
    boolean write(String query, Path file, long mostBytes, LongConsumer written)
            throws IOException {
        long deadline = System.nanoTime() + LONGEST.toNanos();
        long bytes = 0;
        long count = 0;
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query);
                OutputStream lines = new BufferedOutputStream(Files.newOutputStream(file))) {
            while (rows.next()) {
                byte[] line = (rows.getString(1) + "\n").getBytes(StandardCharsets.UTF_8);
                bytes += line.length;
                if (Thread.currentThread().isInterrupted())
                    throw new InterruptedIOException(file + " is not wanted");
                if (bytes > mostBytes || System.nanoTime() > deadline)
                    throw new InvalidData(
                            "unpacks to more than %,d bytes or takes longer than %d minutes; split it"
                                    .formatted(mostBytes, LONGEST.toMinutes()));
                lines.write(line);
                written.accept(++count);
            }
            return true;
        } catch (SQLException refused) {
            SQLException reason = reason(refused, query);
            if (isOutOfMemory(reason)) return false;
            throw said(reason);
        }
    }

    /** A stream that breaks off does not say why; the same work without one does. */
    private SQLException reason(SQLException refused, String query) {
        if (!String.valueOf(refused.getMessage()).contains("Invalid result set")) return refused;
        try {
            run("CREATE TEMP TABLE again AS " + query);
            run("DROP TABLE again");
            return refused;
        } catch (SQLException said) {
            return said;
        }
    }

    static InvalidData needsMore() {
        return new InvalidData(
                "needs more than %d MB of memory to be read; write it in smaller row groups"
                        .formatted(MEMORY_MEGABYTES));
    }

    private static boolean isOutOfMemory(SQLException refused) {
        return String.valueOf(refused.getMessage()).startsWith("Out of Memory");
    }

    static String literal(Object text) {
        return "'" + text.toString().replace("'", "''") + "'";
    }

    static String name(String column) {
        return '"' + column.replace("\"", "\"\"") + '"';
    }

    private void run(String command) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(command);
        }
    }

    private InvalidData said(SQLException refused) {
        String first = String.valueOf(refused.getMessage()).lines().findFirst().orElse("");
        if (isOutOfMemory(refused)) return needsMore();
        return new InvalidData(
                "cannot be read: " + first.replace(folder + "/", "").replaceAll("\\s+", " "),
                refused);
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException broken) {
            throw new IllegalStateException("DuckDB cannot be closed", broken);
        }
    }
}
