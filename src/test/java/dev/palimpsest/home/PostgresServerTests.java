package dev.palimpsest.home;

import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresServerTests {
    @TempDir Path folder;

    @Test
    void whatWasCommittedIsThereAfterAStopAndAStaleFileOfAKilledMachine() throws Exception {
        try (PostgresServer server = start()) {
            run(server, "CREATE TABLE kept AS SELECT 7 AS number");
            assertThat(
                            number(
                                    server,
                                    "SELECT count(*) FROM pg_settings WHERE name = 'fsync'"
                                            + " AND setting = 'on'"))
                    .isEqualTo(1);
        }
        Files.writeString(
                folder.resolve("data/postmaster.pid"), ProcessHandle.current().pid() + "\n");

        try (PostgresServer server = start()) {
            assertThat(number(server, "SELECT number FROM kept")).isEqualTo(7);
        }
    }

    @Test
    void aSecondServerOnOneFolderIsRefused() throws Exception {
        try (PostgresServer _ = start()) {
            assertThatExceptionOfType(CannotStart.class)
                    .isThrownBy(this::start)
                    .withMessageContaining("another Palimpsest runs on");
        }
    }

    @Test
    void aServerThatIsKilledIsStartedAgainWhereItWas() throws Exception {
        try (PostgresServer server = start()) {
            run(server, "CREATE TABLE kept AS SELECT 7 AS number");
            ProcessHandle first = process();

            first.destroyForcibly();
            first.onExit().join();

            await().atMost(1, MINUTES)
                    .ignoreExceptions()
                    .until(() -> number(server, "SELECT number FROM kept") == 7);
            assertThat(process().pid()).isNotEqualTo(first.pid());
        }
        assertThat(folder.resolve("data/postmaster.pid")).doesNotExist();
    }

    private ProcessHandle process() throws IOException {
        return ProcessHandle.of(
                        Long.parseLong(
                                Files.readAllLines(folder.resolve("data/postmaster.pid"))
                                        .getFirst()
                                        .strip()))
                .orElseThrow();
    }

    private PostgresServer start() throws IOException {
        return PostgresServer.start(
                PostgresBinaries.unpackedIn(Path.of("target/postgres").toAbsolutePath()), folder);
    }

    private static void run(PostgresServer server, String sql) throws SQLException {
        try (Connection connection = connect(server)) {
            connection.createStatement().execute(sql);
        }
    }

    private static int number(PostgresServer server, String sql) throws SQLException {
        try (Connection connection = connect(server);
                ResultSet rows = connection.createStatement().executeQuery(sql)) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private static Connection connect(PostgresServer server) throws SQLException {
        return DriverManager.getConnection(
                server.url("postgres"), server.user(), server.password());
    }
}
