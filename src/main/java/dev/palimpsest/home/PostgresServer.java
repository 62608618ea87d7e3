package dev.palimpsest.home;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;

/**
 * A PostgreSQL of the service's own: data kept in a folder, reachable from this machine only, every
 * commit on disk before it is answered. One that dies, or gives up for want of room on its disk, is
 * started again on the same port.
 */
public final class PostgresServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PostgresServer.class);
    private static final Duration BETWEEN_STARTS = Duration.ofSeconds(1);
    private static final String USER = "palimpsest";
    private static final int PORT_LINE = 3; // of its pid file, from 0

    private final PostgresBinaries binaries;
    private final Path folder;
    private final @Nullable FileChannel lock;
    private final String password;
    private final int port;
    private volatile boolean closing;

    private PostgresServer(PostgresBinaries binaries, Path folder, FileChannel lock)
            throws IOException {
        this.binaries = binaries;
        this.folder = folder;
        this.lock = lock;
        if (!Files.exists(data())) initialize();
        this.password = Files.readString(folder.resolve("password"));
        this.port = freePort();
        stopAbandoned();
        start();
        Thread.ofPlatform().daemon().name("postgres").start(this::keepRunning);
    }

    /** One that another process runs and ends. */
    private PostgresServer(PostgresBinaries binaries, Path folder) throws IOException {
        this.binaries = binaries;
        this.folder = folder;
        this.lock = null;
        this.password = Files.readString(folder.resolve("password"));
        this.port =
                Integer.parseInt(
                        Files.readAllLines(data().resolve("postmaster.pid"))
                                .get(PORT_LINE)
                                .strip());
    }

    /** Starts the server of a folder, after one that a killed service left running was stopped. */
    public static PostgresServer start(PostgresBinaries binaries, Path folder) {
        try {
            Files.createDirectories(folder);
            return new PostgresServer(binaries, folder, locked(folder));
        } catch (IOException failed) {
            throw new CannotStart(
                    "PostgreSQL in %s does not start: %s".formatted(folder, failed.getMessage()),
                    failed);
        }
    }

    /** The server of a folder as its service runs it, or started for lack of a service. */
    public static PostgresServer joined(PostgresBinaries binaries, Path folder) {
        try {
            Files.createDirectories(folder);
            FileChannel lock = lock(folder);
            return lock == null
                    ? new PostgresServer(binaries, folder)
                    : new PostgresServer(binaries, folder, lock);
        } catch (IOException failed) {
            throw new CannotStart(
                    "PostgreSQL in %s cannot be reached: %s".formatted(folder, failed.getMessage()),
                    failed);
        }
    }

    public String url(String database) {
        return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, database);
    }

    public String user() {
        return USER;
    }

    public String password() {
        return password;
    }

    @Override
    public void close() {
        FileChannel held = lock;
        if (held == null) return;
        try (held) {
            stop();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private synchronized void stop() throws IOException {
        closing = true;
        if (running().isPresent()) stopServer();
    }

    private void keepRunning() {
        try {
            while (!closing) {
                running().ifPresent(server -> server.onExit().join());
                if (!closing && !startAgain()) Thread.sleep(BETWEEN_STARTS);
            }
        } catch (InterruptedException _) {
            // nobody asks for that
        }
    }

    /** While what the dead one left still runs, or its disk is full, a server refuses to start. */
    private synchronized boolean startAgain() {
        if (closing) return true;
        log.warn("PostgreSQL in {} is gone: it is started again", folder);
        try {
            start();
            return true;
        } catch (IOException failed) {
            log.warn("PostgreSQL in {} does not start: {}", folder, failed.getMessage());
            return false;
        }
    }

    private Optional<ProcessHandle> running() {
        try {
            return process(Files.readString(data().resolve("postmaster.pid")));
        } catch (IOException _) { // it took its file with it
            return Optional.empty();
        }
    }

    private static FileChannel locked(Path folder) throws IOException {
        FileChannel held = lock(folder);
        if (held != null) return held;
        throw new CannotStart(
                "another Palimpsest runs on %s; stop it, or give this one a folder of its own with --palimpsest.home=FOLDER"
                        .formatted(folder.getParent()));
    }

    /** Null if another process has it. */
    private static @Nullable FileChannel lock(Path folder) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        folder.resolve("lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
        if (tryLock(channel) != null) return channel;
        channel.close();
        return null;
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException _) {
            return null;
        }
    }

    private void initialize() throws IOException {
        Path password = folder.resolve("password");
        Files.deleteIfExists(password);
        Files.createFile(password);
        ownerOnly(password);
        Files.writeString(password, UUID.randomUUID().toString());
        Path partial = folder.resolve("initializing");
        FileSystemUtils.deleteRecursively(partial);
        run(
                "initdb",
                "-D",
                partial.toString(),
                "-U",
                USER,
                "-A",
                "scram-sha-256",
                "--pwfile=" + password,
                "-E",
                "UTF8",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C");
        Files.move(partial, data(), StandardCopyOption.ATOMIC_MOVE);
    }

    private static void ownerOnly(Path file) throws IOException {
        if (Files.getFileStore(file).supportsFileAttributeView("posix"))
            Files.setPosixFilePermissions(
                    file, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
    }

    /** A killed service leaves its server running, a killed machine only the server's pid file. */
    private void stopAbandoned() throws IOException {
        Path pidFile = data().resolve("postmaster.pid");
        if (!Files.exists(pidFile)) return;
        if (abandoned(Files.readString(pidFile)).isPresent()) {
            stopServer();
        } else {
            Files.delete(pidFile);
        }
    }

    private void stopServer() throws IOException {
        run("pg_ctl", "stop", "-D", data().toString(), "-m", "fast", "-w", "-t", "60");
    }

    private Optional<ProcessHandle> abandoned(String pidFile) {
        return process(pidFile).filter(process -> servesThisFolder(process.info()));
    }

    private static Optional<ProcessHandle> process(String pidFile) {
        return pidFile.lines()
                .findFirst()
                .map(String::strip)
                .filter(pid -> pid.matches("\\d{1,10}"))
                .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)));
    }

    private boolean servesThisFolder(ProcessHandle.Info process) {
        return process.arguments()
                .map(Arrays::asList)
                .orElse(List.of())
                .contains(data().toString());
    }

    private void start() throws IOException {
        run(
                "pg_ctl",
                "start",
                "-D",
                data().toString(),
                "-l",
                folder.resolve("server.log").toString(),
                "-o",
                "-p "
                        + port
                        + " -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c timezone=UTC",
                "-w",
                "-t",
                "60");
    }

    private void run(String program, String... arguments) throws IOException {
        Path output = folder.resolve(program + ".log");
        Process process =
                new ProcessBuilder(binaries.command(program, List.of(arguments)))
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        try {
            int code = process.waitFor();
            if (code != 0)
                throw new IOException(
                        "%s ended with %d: %s"
                                .formatted(program, code, Files.readString(output).strip()));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(program + " was interrupted", interrupted);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private Path data() {
        return folder.resolve("data");
    }
}
