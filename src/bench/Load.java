import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Clients that submit, read, follow and log at once, for as long as asked; how long each waited, and what the service holds. */
public class Load {
    private static final Duration WATCHED_EVERY = Duration.ofSeconds(10);
    private static final Duration FOLLOWED_FOR = Duration.ofSeconds(5);
    private static final int LOGGED_AT_ONCE = 100;

    private static final String EXPERIMENT =
            """
            {"name": "load", "base_model": "palimpsest-mini",
             "learning_tasks": ["gsm8k_perplexity"], "forgetting_tasks": ["definitions_perplexity"]}""";
    private static final String JOB =
            """
            {"experiment": "%s", "name": "submitted", "dataset": {"train": "gsm8k-train"}, "method": {"type": "lora", "rank": 4, "alpha": 8},
             "training": {"max_steps": 1, "learning_rate": 1e-4}}""";
    private static final String LOGGED =
            """
            {"experiment": "%s", "name": "logged", "executor": "external", "dataset": {"train": "elsewhere"}, "method": {"type": "full"},
             "training": {"max_steps": 1000000, "learning_rate": 1e-4}}""";

    /** What the service's own gauges are called, and what they are called here; those of one name are added. */
    private static final Map<String, String> WATCHED =
            Map.of(
                    "jvm_memory_used_bytes{area=\"heap\"", "heap, MB",
                    "hikaricp_connections{", "connections",
                    "jvm_threads_live_threads", "threads",
                    "process_files_open_files", "open files");

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String address;
    private final int seconds;
    private final int pause;
    private final long ends;
    private final Map<String, ConcurrentLinkedQueue<Double>> waited = new ConcurrentHashMap<>();
    private final Map<String, Integer> wrong = new ConcurrentHashMap<>();
    private final List<String> logged = new ArrayList<>();

    private Load(Map<String, String> options) {
        this.address = options.get("address");
        this.seconds = Integer.parseInt(options.getOrDefault("seconds", "600"));
        this.pause = Integer.parseInt(options.getOrDefault("pause", "1000"));
        this.ends = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    }

    public static void main(String[] arguments) throws Exception {
        Map<String, String> options =
                Stream.of(arguments).map(one -> one.split("=", 2)).collect(Collectors.toMap(one -> one[0], one -> one[1]));
        new Load(options).run(Integer.parseInt(options.getOrDefault("clients", "50")));
    }

    private void run(int clients) throws Exception {
        String experiment = idOf(ask("POST", "/api/v1/experiments", EXPERIMENT).body());
        String submitted = idOf(ask("POST", "/api/v1/experiments", EXPERIMENT).body());
        for (int i = 0; i < clients / 5; i++) logged.add(idOf(ask("POST", "/api/v1/jobs", LOGGED.formatted(experiment)).body()));
        NavigableMap<Long, Map<String, Double>> held = new TreeMap<>();
        ProcessorTime begun = ProcessorTime.now();
        try (ExecutorService all = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> busy = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                String own = logged.get(i % logged.size());
                int part = i / logged.size();
                busy.add(
                        all.submit(
                                () -> {
                                    for (int round = 1; System.nanoTime() < ends; round++) {
                                        if (part == 0) log(own, round);
                                        else if (part == 1) submit(submitted);
                                        else if (part == 2) follow(own);
                                        else read(experiment, own, round);
                                        if (pause > 0) Thread.sleep(ThreadLocalRandom.current().nextInt(2 * pause));
                                    }
                                    return null;
                                }));
            }
            for (long second = 0; System.nanoTime() < ends; second += WATCHED_EVERY.toSeconds()) {
                held.put(second, held());
                Thread.sleep(WATCHED_EVERY);
            }
            for (Future<?> one : busy) one.get();
        }
        ProcessorTime ended = ProcessorTime.now();
        told(held);
        System.out.printf(Locale.ROOT, "%nprocessors busy: %.2f with the clients, %.2f with all else%n",
                (ended.ours() - begun.ours()) * 1e9 / (ended.nanos() - begun.nanos()), ended.othersSince(begun));
    }

    private void log(String job, int round) throws Exception {
        String points =
                IntStream.range(0, LOGGED_AT_ONCE)
                        .mapToObj(
                                i ->
                                        "{\"key\":\"train/metric_%d\",\"step\":%d,\"value\":%s}"
                                                .formatted(i % 10, round * 10 + i / 10, ThreadLocalRandom.current().nextDouble()))
                        .collect(Collectors.joining(","));
        timed("log 100 points", "POST", "/api/v1/jobs/" + job + "/metrics", "{\"data\":[" + points + "]}", 200, 201, 202, 204);
    }

    private void submit(String experiment) throws Exception {
        String job = idOf(timed("submit", "POST", "/api/v1/jobs", JOB.formatted(experiment), 202));
        timed("read: a job", "GET", "/api/v1/jobs/" + job, null, 200);
        timed("cancel", "POST", "/api/v1/jobs/" + job + "/cancel", "", 200, 202, 409);
    }

    private void read(String experiment, String job, int round) throws Exception {
        switch (round % 5) {
            case 0 -> timed("read: a page of jobs", "GET", "/api/v1/jobs?limit=20&experiment=" + experiment, null, 200);
            case 1 -> timed("read: jobs by a filter on a metric", "GET",
                    "/api/v1/jobs?limit=20&filter=metrics.%60train/metric_1%60%20%3E%200.5", null, 200);
            case 2 -> timed("read: a series, thinned to 1,000", "GET",
                    "/api/v1/jobs/" + job + "/metrics?keys=train/metric_1&max_points=1000", null, 200);
            case 3 -> timed("read: a job's events", "GET", "/api/v1/jobs/" + job + "/events", null, 200);
            default -> timed("read: the trade-off", "GET", "/api/v1/experiments/" + experiment + "/tradeoff", null, 200);
        }
    }

    /** Reads a job's events as they come, and leaves after a while. */
    private void follow(String job) throws Exception {
        long begun = System.nanoTime();
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(address + "/api/v1/jobs/" + job + "/events")).header("Accept", "text/event-stream").build();
        HttpResponse<Stream<String>> answer = http.send(request, HttpResponse.BodyHandlers.ofLines());
        counted("follow", begun, answer.statusCode(), 200);
        Thread.startVirtualThread(
                () -> {
                    try {
                        Thread.sleep(FOLLOWED_FOR);
                    } catch (InterruptedException _) {
                        Thread.currentThread().interrupt();
                    }
                    answer.body().close();
                });
        try {
            answer.body().forEach(_ -> {});
        } catch (java.io.UncheckedIOException _) { // it is left, and so it ends
        }
    }

    private String timed(String what, String method, String path, String body, int... right) throws Exception {
        long begun = System.nanoTime();
        HttpResponse<String> answer = ask(method, path, body);
        counted(what, begun, answer.statusCode(), right);
        return answer.body();
    }

    private void counted(String what, long begun, int status, int... right) {
        waited.computeIfAbsent(what, _ -> new ConcurrentLinkedQueue<>()).add((System.nanoTime() - begun) / 1e6);
        if (IntStream.of(right).noneMatch(one -> one == status)) wrong.merge(what + ": " + status, 1, Integer::sum);
    }

    private HttpResponse<String> ask(String method, String path, String body) throws IOException, InterruptedException {
        HttpRequest.BodyPublisher sent = body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body);
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(address + path)).method(method, sent).header("Content-Type", "application/json").build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static String idOf(String body) {
        int at = body.indexOf("\"id\":\"") + 6;
        return body.substring(at, body.indexOf('"', at));
    }

    private Map<String, Double> held() throws Exception {
        Map<String, Double> sums = new TreeMap<>();
        ask("GET", "/actuator/prometheus", null).body().lines()
                .filter(line -> !line.startsWith("#"))
                .forEach(
                        line ->
                                WATCHED.forEach(
                                        (gauge, name) -> {
                                            if (line.startsWith(gauge)) sums.merge(name, Double.parseDouble(line.substring(line.lastIndexOf(' '))), Double::sum);
                                        }));
        sums.computeIfPresent("heap, MB", (_, bytes) -> bytes / 1e6);
        return sums;
    }

    private void told(NavigableMap<Long, Map<String, Double>> held) {
        System.out.println("| | requests | p50, ms | p99, ms | most, ms |\n|---|---|---|---|---|");
        List<Double> reads = new ArrayList<>();
        new TreeMap<>(waited)
                .forEach(
                        (what, times) -> {
                            row(what, new ArrayList<>(times));
                            if (what.startsWith("read")) reads.addAll(times);
                        });
        row("all reads", reads);
        System.out.printf(Locale.ROOT, "%n%.0f requests/s; not answered as they should: %s%n%n",
                waited.values().stream().mapToInt(ConcurrentLinkedQueue::size).sum() / (double) seconds, wrong.isEmpty() ? "none" : wrong);
        System.out.println("| the least within a minute of | first | middle | last |\n|---|---|---|---|");
        long last = held.lastKey();
        for (String gauge : held.firstEntry().getValue().keySet())
            System.out.printf(Locale.ROOT, "| %s | %.0f | %.0f | %.0f |%n", gauge, least(held, gauge, Math.min(60, last)), least(held, gauge, Math.max(60, last / 2)), least(held, gauge, last));
    }

    /** Of the minute before: what is left of a heap once it was swept. */
    private static double least(NavigableMap<Long, Map<String, Double>> held, String gauge, long second) {
        return held.subMap(Math.max(0, second - TimeUnit.MINUTES.toSeconds(1)), true, second, true).values().stream()
                .mapToDouble(one -> one.getOrDefault(gauge, Double.NaN)).min().orElse(Double.NaN);
    }

    private static void row(String what, List<Double> times) {
        List<Double> sorted = times.stream().sorted().toList();
        if (sorted.isEmpty()) return;
        System.out.printf(Locale.ROOT, "| %s | %d | %.1f | %.1f | %.0f |%n", what, sorted.size(), sorted.get(sorted.size() / 2),
                sorted.get((int) (sorted.size() * 0.99)), sorted.getLast());
    }
}
