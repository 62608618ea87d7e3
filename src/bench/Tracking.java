import dev.palimpsest.home.PostgresBinaries;
import dev.palimpsest.home.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.util.FileSystemUtils;

/** Logs and reads metrics on both sides in turn, by the same client; prints a table for the README. */
public class Tracking {
    private static final int STORED_AT_ONCE = 500;

    private final Map<String, String> options;
    private final List<String> table = new ArrayList<>();
    private final List<String> processors = new ArrayList<>();

    private Tracking(Map<String, String> options) {
        this.options = options;
    }

    public static void main(String[] arguments) throws Exception {
        Map<String, String> options =
                new LinkedHashMap<>(
                        Map.of(
                                "clients", "8", "batch", "1000", "seconds", "20", "points", "1000000", "max_points", "1000",
                                "requests", "60", "runs", "100000", "stored", "0"));
        for (String argument : arguments) options.put(argument.split("=", 2)[0], argument.split("=", 2)[1]);
        String python = options.get("peer");
        if (python == null || !hasMlflow(python)) {
            System.err.println("peer=PYTHON must name an interpreter that has MLflow: python3 -m venv V; V/bin/pip install mlflow psycopg2-binary; peer=V/bin/python");
            System.exit(1);
        }
        System.setProperty("http.maxConnections", options.get("clients"));
        Path folder = Files.createTempDirectory("palimpsest-tracking");
        try (PostgresServer postgres =
                PostgresServer.start(PostgresBinaries.unpackedIn(Path.of("target/postgres").toAbsolutePath()), folder.resolve("postgres"))) {
            database(postgres, "postgres").sql("create database mlflow").update();
            new Tracking(options).run(postgres, python, folder);
        } finally {
            FileSystemUtils.deleteRecursively(folder);
        }
        System.exit(0); // a client's threads may linger
    }

    private static boolean hasMlflow(String python) throws Exception {
        try {
            return new ProcessBuilder(python, "-c", "import mlflow, psycopg2").redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
        } catch (java.io.IOException missing) {
            return false;
        }
    }

    private static JdbcClient database(PostgresServer postgres, String name) {
        return JdbcClient.create(new DriverManagerDataSource(postgres.url(name), postgres.user(), postgres.password()));
    }

    private void run(PostgresServer postgres, String python, Path folder) throws Exception {
        try (TrackingSide.Ours ours = new TrackingSide.Ours(postgres, folder, TrackingSide.freePort());
                TrackingSide.Mlflow theirs = new TrackingSide.Mlflow(postgres, python, folder, TrackingSide.freePort())) {
            int batch = number("batch");
            for (int jobs = 0; jobs < number("stored"); jobs += STORED_AT_ONCE)
                ours.fill(database(postgres, "postgres"), ours.stored(jobs, Math.min(number("stored"), jobs + STORED_AT_ONCE)));
            // PostgreSQL would do so by itself while the first rates are measured
            if (number("stored") > 0) database(postgres, "postgres").sql("vacuum analyze").update();
            rates("batches of %,d, %d clients, points/s".formatted(batch, number("clients")), batch,
                    rate(ours, batches(ours)), rate(theirs, batches(theirs)));
            String single = "single metrics, %d clients, %s, requests/s";
            Rate one = rate(theirs, theirs::logOne);
            rates(single.formatted(number("clients"), "each side's own call"), 1, rate(ours, ours::logOne), one);
            rates(single.formatted(number("clients"), "MLflow's call on both"), 1, rate(ours, ours::logOneAsMlflow), one);
            String job = ours.run();
            String run = theirs.run();
            ours.fill(database(postgres, "postgres"), ours.series(job, number("points")));
            theirs.fill(database(postgres, "mlflow"), theirs.series(run, number("points")));
            row("history of %,d points, thinned to %,d, ms".formatted(number("points"), number("max_points")),
                    median(() -> ours.history(job, number("max_points"))), median(() -> theirs.history(run, number("max_points"))), false);
            if (number("runs") > 0) {
                ours.fill(database(postgres, "postgres"), ours.runs(number("runs")));
                theirs.fill(database(postgres, "mlflow"), theirs.runs(number("runs")));
                String list = "300 of %,d runs with a filter on a metric, %s, ms";
                double searched = median(theirs::search);
                row(list.formatted(number("runs"), "what MLflow has of each"), median(ours::table), searched, false);
                row(list.formatted(number("runs"), "by MLflow's own call, specs as params too"), median(ours::search), searched, false);
                row(list.formatted(number("runs"), "whole with their specs"), median(ours::whole), searched, false);
            }
        }
        System.out.println();
        System.out.println("| | ours | MLflow | ours / theirs |");
        System.out.println("|---|---|---|---|");
        table.forEach(System.out::println);
        System.out.println("\nprocessor time of a request, ms, the client's + all else's:");
        processors.forEach(System.out::println);
    }

    private int number(String option) {
        return Integer.parseInt(options.get(option));
    }

    private void row(String what, double ours, double theirs, boolean rate) {
        String line = String.format(Locale.ROOT, "| %s | %,.1f | %,.1f | %s |", what, ours, theirs,
                rate ? "%.1f".formatted(ours / theirs) : "1/%.1f".formatted(theirs / ours));
        System.out.println(line);
        table.add(line);
    }

    private void rates(String what, int points, Rate ours, Rate theirs) {
        row(what, points * ours.perSecond(), points * theirs.perSecond(), true);
        processors.add("%s: %s; MLflow %s".formatted(what, ours, theirs));
    }

    /** Requests a second, and the processor time of one, in ms: the client's, and that of all else on the machine. */
    private record Rate(double perSecond, double client, double rest) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%.2f + %.2f", client, rest);
        }
    }

    /** What a client sends again and again; steps go on from call to call. */
    private interface Logged {
        void send(String run, long step) throws Exception;
    }

    private Logged batches(TrackingSide side) {
        int batch = number("batch");
        return (run, step) -> side.log(run, side.points(step * batch, batch));
    }

    /** Requests a second of all clients, each with a run of its own, after half that time to warm up. */
    private Rate rate(TrackingSide side, Logged logged) throws Exception {
        long second = 1_000_000_000L;
        long begins = System.nanoTime() + number("seconds") * second / 2;
        long ends = begins + number("seconds") * second;
        AtomicLong counted = new AtomicLong();
        try (ExecutorService clients = Executors.newFixedThreadPool(number("clients"))) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < number("clients"); i++) {
                String run = side.run();
                all.add(
                        clients.submit(
                                () -> {
                                    for (long step = 1; System.nanoTime() < ends; step++) {
                                        logged.send(run, step);
                                        long now = System.nanoTime();
                                        if (now >= begins && now < ends) counted.incrementAndGet();
                                    }
                                    return null;
                                }));
            }
            Thread.sleep(Duration.ofNanos(Math.max(0, begins - System.nanoTime())));
            ProcessorTime before = ProcessorTime.now();
            for (Future<?> one : all) one.get();
            ProcessorTime after = ProcessorTime.now();
            double seconds = (after.nanos() - before.nanos()) / 1e9;
            double requests = counted.get();
            return new Rate(
                    requests / number("seconds"), (after.ours() - before.ours()) * 1e3 / requests, after.othersSince(before) * seconds * 1e3 / requests);
        }
    }

    private double median(Callable<String> asked) throws Exception {
        double[] millis = new double[number("requests")];
        for (int i = 0; i < millis.length; i++) asked.call(); // to warm up
        for (int i = 0; i < millis.length; i++) {
            long began = System.nanoTime();
            asked.call();
            millis[i] = (System.nanoTime() - began) / 1e6;
        }
        Arrays.sort(millis);
        return millis[millis.length / 2];
    }
}
