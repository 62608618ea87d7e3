package dev.palimpsest.chaos;

import dev.palimpsest.RunningService;
import dev.palimpsest.RunningService.Place;
import dev.palimpsest.artifacts.Remains;
import dev.palimpsest.artifacts.S3Server;
import dev.palimpsest.home.PostgresBinaries;
import dev.palimpsest.home.PostgresServer;
import dev.palimpsest.home.WrongClock;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * A PostgreSQL, a bucket, a process that answers requests and some that work, each with a home, a
 * disk, a clock and a way to the database of its own.
 */
final class Cluster implements AutoCloseable {
    /** One process that is started anew when it was killed, on a machine that stays. */
    final class Member {
        private final String name;
        private final Path home;
        private final Optional<SmallDisk> disk;
        private final Random random;
        private final Severable way;
        private final List<String> arguments;
        private volatile RunningService service;

        private Member(String name, String... arguments) throws IOException, InterruptedException {
            this.name = name;
            this.home = Files.createDirectories(folder.resolve(name));
            this.disk = SmallDisk.at(home);
            this.random = new Random(seed + name.hashCode());
            this.way = Severable.to(() -> portOf(postgres));
            this.arguments =
                    Stream.of(
                                    Stream.of(arguments),
                                    Stream.of(bucket.settings()),
                                    Stream.of(
                                            "--spring.datasource.url=jdbc:postgresql://127.0.0.1:%d/postgres"
                                                    .formatted(way.port()),
                                            "--spring.datasource.username=" + postgres.user(),
                                            "--spring.datasource.password=" + postgres.password(),
                                            "--spring.main.sources=" + WrongClock.class.getName(),
                                            "--db-scheduler.heartbeat-interval=1s"))
                            .flatMap(part -> part)
                            .toList();
            this.service = started();
        }

        Severable way() {
            return way;
        }

        Optional<SmallDisk> disk() {
            return disk;
        }

        /** Its home folder as it is seen from here. */
        Path home() {
            return disk.map(SmallDisk::seen).orElse(home);
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

        /** Again and again, as whoever keeps processes running does; each time by another clock. */
        private RunningService started() throws IOException {
            Place place = new Place(disk.map(SmallDisk::within).orElse(List.of()), List.of(clock));
            for (int attempt = 1; ; attempt++) {
                try {
                    int off = random.nextInt(-MOST_SECONDS_OFF, MOST_SECONDS_OFF);
                    return RunningService.start(
                            place,
                            home,
                            Stream.concat(
                                            arguments.stream(),
                                            Stream.of(
                                                    "--palimpsest.test.clock-off=%ds"
                                                            .formatted(off)))
                                    .toArray(String[]::new));
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

    private static final int MOST_STARTS = 20;

    private static final int MOST_SECONDS_OFF = 300;

    private final Path folder;
    private final int seed;
    private final Path database;
    private final Path clock;
    private final S3Server bucket;
    private final int port;
    private volatile PostgresServer postgres;
    private final Member api;
    private final List<Member> workers = new ArrayList<>();

    Cluster(Path folder, int workers, int seed) throws IOException, InterruptedException {
        this.folder = folder;
        this.seed = seed;
        this.database = folder.resolve("postgres");
        this.clock = wrongClock(folder.resolve("clock.jar"));
        this.bucket = S3Server.start(Files.createDirectories(folder.resolve("bucket")));
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
                            // faults come faster than checkpoints
                            "--palimpsest.retry.most-attempts=20",
                            "--palimpsest.worker.least-room=16MB",
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

    /** Whether disks can be filled here. */
    boolean hasSmallDisks() {
        return workers.stream().allMatch(worker -> worker.disk().isPresent());
    }

    JdbcClient database() {
        return JdbcClient.create(
                new DriverManagerDataSource(
                        postgres.url("postgres"), postgres.user(), postgres.password()));
    }

    /** Of all members, whose processes have ended. */
    Remains remains() {
        return new Remains(bucket, members().map(Member::home).toList(), database());
    }

    /** Processes that members have started and that are there still. */
    Stream<ProcessHandle> processes() {
        List<String> homes = members().map(member -> member.home + "/").toList();
        return ProcessHandle.allProcesses()
                .filter(
                        process ->
                                homes.stream()
                                        .anyMatch(
                                                process.info().commandLine().orElse("")::contains));
    }

    private Stream<Member> members() {
        return Stream.concat(Stream.of(api), workers.stream());
    }

    /** All its processes at once, as when a machine loses power. */
    synchronized void restartPostgres() throws IOException {
        String pid = Files.readAllLines(database.resolve("data/postmaster.pid")).getFirst().strip();
        ProcessHandle postmaster = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
        List<ProcessHandle> all =
                Stream.concat(postmaster.descendants(), Stream.of(postmaster)).toList();
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(process -> process.onExit().join());
        postgres.close(); // or it would start again by itself
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

    /** The class path of a service has nothing else of the tests. */
    private static Path wrongClock(Path jar) throws IOException {
        String name = WrongClock.class.getName().replace('.', '/') + ".class";
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                InputStream bytes = Cluster.class.getResourceAsStream("/" + name)) {
            out.putNextEntry(new JarEntry(name));
            Objects.requireNonNull(bytes).transferTo(out);
        }
        return jar;
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

    /** Ends them in good order; the bucket and the database stay. */
    void stop() throws InterruptedException {
        for (Member worker : workers) worker.service.close();
        api.service.close();
    }

    @Override
    public void close() throws Exception {
        stop();
        for (Member member : members().toList()) {
            member.way.close();
            if (member.disk.isPresent()) member.disk.get().close();
        }
        postgres.close();
        bucket.close();
    }
}
