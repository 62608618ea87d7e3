package dev.palimpsest.chaos;

import dev.palimpsest.RunningService;
import dev.palimpsest.home.PostgresBinaries;
import dev.palimpsest.home.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A PostgreSQL, a process that answers requests and some that work, each with its own way to the
 * database.
 */
final class Cluster implements AutoCloseable {
    /** One process that is started anew when it was killed. */
    final class Member {
        private final String name;
        private final Severable way;
        private final List<String> arguments;
        private volatile RunningService service;

        private Member(String name, String... arguments) throws IOException {
            this.name = name;
            this.way = Severable.to(() -> portOf(postgres));
            this.arguments =
                    Stream.concat(
                                    Stream.of(arguments),
                                    Stream.of(
                                            "--spring.datasource.url=jdbc:postgresql://127.0.0.1:%d/postgres"
                                                    .formatted(way.port()),
                                            "--spring.datasource.username=" + postgres.user(),
                                            "--spring.datasource.password=" + postgres.password(),
                                            "--db-scheduler.heartbeat-interval=1s"))
                            .toList();
            this.service = started();
        }

        Severable way() {
            return way;
        }

        /** Ends it as {@code kill -9} does; what it started loses its parent. */
        void kill() throws InterruptedException {
            service.kill();
        }

        void start() throws IOException {
            service = started();
        }

        void signal(String signal) throws IOException, InterruptedException {
            Cluster.signal(service.process().pid(), signal);
        }

        Stream<ProcessHandle> trainers() {
            return service.process()
                    .descendants()
                    .filter(process -> process.info().command().orElse("").endsWith("java"));
        }

        /** Again and again, as whoever keeps processes running does. */
        private RunningService started() throws IOException {
            for (int attempt = 1; ; attempt++) {
                try {
                    return RunningService.start(home, arguments.toArray(String[]::new));
                } catch (IllegalStateException withoutDatabase) {
                    if (attempt == MOST_STARTS) throw withoutDatabase;
                }
            }
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static final int MOST_STARTS = 5;

    private final Path home;
    private final Path database;
    private final int port;
    private volatile PostgresServer postgres;
    private final Member api;
    private final List<Member> workers = new ArrayList<>();

    Cluster(Path folder, int workers) throws IOException {
        this.home = Files.createDirectories(folder.resolve("home"));
        this.database = folder.resolve("postgres");
        this.port = freePort();
        this.postgres = postgres();
        this.api = new Member("api", "--palimpsest.role=api", "--server.port=" + port);
        for (int i = 1; i <= workers; i++)
            this.workers.add(
                    new Member(
                            "worker-" + i,
                            "--palimpsest.role=worker",
                            "--palimpsest.worker.id=worker-" + i,
                            "--palimpsest.worker.threads=1",
                            "--palimpsest.worker.heartbeat=1s"));
    }

    RunningService service() {
        return api.service;
    }

    Member api() {
        return api;
    }

    List<Member> workers() {
        return workers;
    }

    Path home() {
        return home;
    }

    /** All its processes at once, as when a machine loses power. */
    synchronized void restartPostgres() throws IOException {
        String pid = Files.readAllLines(database.resolve("data/postmaster.pid")).getFirst().strip();
        ProcessHandle postmaster = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
        List<ProcessHandle> all =
                Stream.concat(postmaster.descendants(), Stream.of(postmaster)).toList();
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(process -> process.onExit().join());
        try {
            postgres.close();
        } catch (UncheckedIOException _) { // it was killed, so there is nothing to stop
        }
        postgres = postgres();
    }

    private PostgresServer postgres() {
        try {
            return PostgresServer.start(
                    PostgresBinaries.unpackedIn(Path.of("target/postgres").toAbsolutePath()),
                    database);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    static void signal(long pid, String signal) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start().waitFor();
    }

    private static int portOf(PostgresServer postgres) {
        return URI.create(postgres.url("postgres").substring("jdbc:".length())).getPort();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() throws Exception {
        for (Member worker : workers) worker.service.close();
        api.service.close();
        for (Member worker : workers) worker.way.close();
        api.way.close();
        postgres.close();
    }
}
