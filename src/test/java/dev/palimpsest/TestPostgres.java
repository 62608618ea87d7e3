package dev.palimpsest;

import dev.palimpsest.home.PostgresBinaries;
import dev.palimpsest.home.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.boot.SpringApplication;
import org.springframework.util.FileSystemUtils;

/** The one PostgreSQL of this JVM's tests, stopped and removed when the JVM ends. */
public final class TestPostgres {
    private static final PostgresServer SERVER = start();
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private TestPostgres() {}

    /** Makes an empty database. */
    public static Database database() {
        String name = "test_" + DATABASES.incrementAndGet();
        try (Connection connection =
                DriverManager.getConnection(
                        SERVER.url("postgres"), SERVER.user(), SERVER.password())) {
            connection.createStatement().execute("CREATE DATABASE " + name);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
        return new Database(SERVER.url(name), SERVER.user(), SERVER.password());
    }

    /** How to reach a database. */
    public record Database(String url, String user, String password) {
        /** One value that a statement answers, for tests of services in processes of their own. */
        public String query(String statement) {
            try (Connection connection = DriverManager.getConnection(url, user, password);
                    ResultSet row = connection.createStatement().executeQuery(statement)) {
                row.next();
                return row.getString(1);
            } catch (SQLException failed) {
                throw new IllegalStateException(failed);
            }
        }
    }

    private static PostgresServer start() {
        try {
            Path folder = Files.createTempDirectory("palimpsest-test-postgres");
            PostgresServer server =
                    PostgresServer.start(
                            PostgresBinaries.unpackedIn(
                                    Path.of("target/postgres").toAbsolutePath()),
                            folder);
            // after the contexts that use it, whose end would wait for connections in vain
            SpringApplication.getShutdownHandlers().add(() -> stop(server, folder));
            return server;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void stop(PostgresServer server, Path folder) {
        try {
            server.close();
            FileSystemUtils.deleteRecursively(folder);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
