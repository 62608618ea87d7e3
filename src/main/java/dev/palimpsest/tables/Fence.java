package dev.palimpsest.tables;

import dev.palimpsest.data.InvalidData;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
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
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A DuckDB of its own for one file: it reaches one folder and no network, holds a bounded amount of
 * memory, and what it says of a broken file is said as {@link InvalidData}.
 */
final class Fence implements AutoCloseable {
    private static final int MEMORY_MEGABYTES = 1024;
    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final Duration WATCHED_EVERY = Duration.ofMillis(100);

    private final Path folder;
    private final Connection connection;

    private Fence(Path folder, Connection connection) {
        this.folder = folder;
        this.connection = connection;
    }

    static Fence around(Path folder) {
        Path reachable = folder.toAbsolutePath();
        try {
            Fence fence = new Fence(reachable, DriverManager.getConnection("jdbc:duckdb:"));
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
     * Runs what writes a file, and ends it when that grows too large or takes too long, or when the
     * caller is interrupted; false if there was not enough memory.
     */
    boolean write(String command, Path file, long mostBytes) throws InterruptedIOException {
        Thread caller = Thread.currentThread();
        AtomicBoolean tooMuch = new AtomicBoolean();
        long deadline = System.nanoTime() + LONGEST.toNanos();
        try (Statement statement = connection.createStatement();
                ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor()) {
            Future<?> watching =
                    watch.scheduleWithFixedDelay(
                            () -> {
                                if (caller.isInterrupted()) {
                                    cancel(statement);
                                } else if (size(file) > mostBytes
                                        || System.nanoTime() >= deadline) {
                                    tooMuch.set(true);
                                    cancel(statement);
                                }
                            },
                            WATCHED_EVERY.toMillis(),
                            WATCHED_EVERY.toMillis(),
                            TimeUnit.MILLISECONDS);
            try {
                statement.execute(command);
            } finally {
                watching.cancel(false);
            }
        } catch (SQLException refused) {
            if (!caller.isInterrupted()) {
                if (isOutOfMemory(refused)) return false;
                if (!tooMuch.get()) throw said(refused);
            }
        }
        if (caller.isInterrupted()) throw new InterruptedIOException(file + " is not wanted");
        if (tooMuch.get() || size(file) > mostBytes)
            throw new InvalidData(
                    "unpacks to more than %,d bytes or takes longer than %d minutes; split it"
                            .formatted(mostBytes, LONGEST.toMinutes()));
        return true;
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

    private static long size(Path file) {
        try {
            return Files.exists(file) ? Files.size(file) : 0;
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    private static void cancel(Statement statement) {
        try {
            statement.cancel();
        } catch (SQLException ended) {
            throw new IllegalStateException("DuckDB could not be stopped", ended);
        }
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
