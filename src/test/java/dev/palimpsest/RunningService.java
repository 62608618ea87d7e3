package dev.palimpsest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.springframework.test.web.servlet.client.RestTestClient;

/** The whole service in a process of its own, with its own PostgreSQL, so that it can be killed. */
public final class RunningService implements AutoCloseable {
    private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");
    private static final Pattern READY = Pattern.compile("Application availability state.*ACCEPT");

    private final Process process;
    private final int port;
    private final Queue<String> log;

    private RunningService(Process process, int port, Queue<String> log) {
        this.process = process;
        this.port = port;
        this.log = log;
    }

    /**
     * Where a service runs.
     *
     * @param within what its command begins with
     * @param jars that its class path has besides
     */
    public record Place(List<String> within, List<Path> jars) {
        private static final Place HERE = new Place(List.of(), List.of());
    }

    /** Starts it and waits until it is ready. */
    public static RunningService start(Path home, String... arguments) throws IOException {
        return start(Place.HERE, home, arguments);
    }

    /** The same elsewhere. */
    public static RunningService start(Place place, Path home, String... arguments)
            throws IOException {
        Process process = launch(place, home, arguments);
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        Queue<String> log = new ConcurrentLinkedQueue<>();
        int port = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            log.add(line);
            Matcher started = PORT.matcher(line);
            if (started.find()) port = Integer.parseInt(started.group(1));
            if (READY.matcher(line).find()) {
                Thread.ofVirtual().start(() -> drain(lines, log));
                return new RunningService(process, port, log);
            }
        }
        throw new IllegalStateException("the service did not start:\n" + String.join("\n", log));
    }

    /** Starts it in vain and returns the line that says why. */
    public static Optional<String> startupFailure(Path home, String... arguments)
            throws IOException {
        Process process = launch(Place.HERE, home, arguments);
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            return lines.lines().filter(line -> line.contains("cannot start")).findFirst();
        }
    }

    /** The lines it wrote so far. */
    public List<String> log() {
        return List.copyOf(log);
    }

    public int port() {
        return port;
    }

    public RestTestClient client() {
        return RestTestClient.bindToServer().baseUrl("http://127.0.0.1:" + port).build();
    }

    public ProcessHandle process() {
        return process.toHandle();
    }

    /** The one Java that a service, itself a child of this Java, has started. */
    public static Optional<ProcessHandle> trainer() {
        long self = ProcessHandle.current().pid();
        return ProcessHandle.current()
                .descendants()
                .filter(process -> process.info().command().orElse("").endsWith("java"))
                .filter(RunningService::hasBegun)
                .filter(
                        process ->
                                process.parent().map(parent -> parent.pid() != self).orElse(false))
                .findFirst();
    }

    /** Before, it may be a copy of the service that has yet to become another program. */
    private static boolean hasBegun(ProcessHandle process) {
        return process.info().totalCpuDuration().map(Duration::isPositive).orElse(false);
    }

    /** The same, as soon as there is one. */
    public static ProcessHandle begunTrainer() {
        return Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofMillis(5))
                .until(RunningService::trainer, Optional::isPresent)
                .orElseThrow();
    }

    /** Ends it as {@code kill -9} does. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Ends it as Ctrl-C does, its PostgreSQL with it. */
    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS))
            throw new IllegalStateException("the service did not stop within a minute");
    }

    private static Process launch(Place place, Path home, String... arguments) throws IOException {
        return process(
                place,
                home,
                Stream.of(
                                Stream.of(
                                        "--palimpsest.home=" + home,
                                        "--logging.level.org.springframework.boot.availability=debug"),
                                Arrays.stream(arguments),
                                Stream.of("--server.port=0").filter(_ -> !choosesPort(arguments)))
                        .flatMap(part -> part)
                        .toList());
    }

    /** Starts the program with any arguments. */
    public static Process process(Path home, List<String> arguments) throws IOException {
        return process(Place.HERE, home, arguments);
    }

    private static Process process(Place place, Path home, List<String> arguments)
            throws IOException {
        StartedFaster.givePostgres(home);
        return start(place.within(), StartedFaster.options(), place.jars(), arguments);
    }

    static Process start(
            List<String> within, List<String> faster, List<Path> jars, List<String> arguments)
            throws IOException {
        List<String> command =
                Stream.of(
                                within.stream(),
                                Stream.of(
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "-XX:TieredStopAtLevel=1",
                                        "-Xlog:disable"), // which classes cannot be kept
                                faster.stream(),
                                Stream.of(
                                        "-Xmx512m",
                                        "--enable-native-access=ALL-UNNAMED",
                                        "--sun-misc-unsafe-memory-access=allow",
                                        "-cp",
                                        StartedFaster.classPath(jars),
                                        "dev.palimpsest.Palimpsest"),
                                arguments.stream())
                        .flatMap(part -> part)
                        .toList();
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static boolean choosesPort(String... arguments) {
        return Arrays.stream(arguments).anyMatch(one -> one.startsWith("--server.port="));
    }

    private static void drain(BufferedReader lines, Queue<String> log) {
        try {
            lines.lines().forEach(log::add);
        } catch (UncheckedIOException _) {
            // it was killed
        }
    }
}
