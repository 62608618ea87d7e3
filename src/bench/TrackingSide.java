import dev.palimpsest.home.PostgresServer;
import dev.palimpsest.spec.Binder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** A server that keeps metrics, in a process of its own, and how it is told and asked; the client is the same for all. */
abstract sealed class TrackingSide implements AutoCloseable {
    private static final int KEYS = 10;

    private final String url;
    private final Process process;
    private final Path log;

    private TrackingSide(String name, int port, Path folder, List<String> command) throws Exception {
        this.url = "http://127.0.0.1:" + port;
        this.log = folder.resolve(name + ".log");
        this.process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    }

    /** A new run of the experiment that all runs are of. */
    abstract String run() throws IOException;

    abstract void log(String run, String points) throws IOException;

    abstract void logOne(String run, long step) throws IOException;

    abstract String history(String run, int most) throws IOException;

    abstract String point(String key, long step, double value);

    abstract List<String> series(String run, int points);

    abstract List<String> runs(int runs);

    abstract String experiment();

    /** By MLflow's call, which both sides have. */
    void logOneAsMlflow(String run, long step) throws IOException {
        post(
                "/api/2.0/mlflow/runs/log-metric",
                "{\"run_id\":\"%s\",\"key\":\"train/metric_0\",\"step\":%d,\"value\":%s,\"timestamp\":%d}"
                        .formatted(run, step, ThreadLocalRandom.current().nextDouble(), System.currentTimeMillis()));
    }

    /** The same. */
    String search() throws IOException {
        return posted(
                "/api/2.0/mlflow/runs/search",
                "{\"experiment_ids\": [\"%s\"], \"filter\": \"metrics.loss > 0.5\", \"max_results\": 300}".formatted(experiment()));
    }

    /** As many points as asked, of ten keys; none was logged before. */
    String points(long from, int count) {
        return IntStream.range(0, count)
                .mapToObj(
                        i -> point("train/metric_" + i % KEYS, from + i / KEYS, ThreadLocalRandom.current().nextDouble()))
                .collect(Collectors.joining(","));
    }

    void awaitReady(String path) throws Exception {
        for (int i = 0; i < 600; i++) {
            if (!process.isAlive()) throw new IllegalStateException("it ended:\n" + Files.readString(log));
            try {
                get(path);
                return;
            } catch (IOException | IllegalStateException notYet) {
                Thread.sleep(200);
            }
        }
        throw new IllegalStateException("it did not start:\n" + Files.readString(log));
    }

    String get(String path) throws IOException {
        return answer((HttpURLConnection) URI.create(url + path).toURL().openConnection());
    }

    JsonNode post(String path, String body) throws IOException {
        return Binder.JSON.readTree(posted(path, body));
    }

    private String posted(String path, String body) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) URI.create(url + path).toURL().openConnection();
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", "application/json");
        connection.setFixedLengthStreamingMode(bytes.length);
        try (OutputStream out = connection.getOutputStream()) {
            out.write(bytes);
        }
        return answer(connection);
    }

    private String answer(HttpURLConnection connection) throws IOException {
        int status = connection.getResponseCode();
        try (InputStream in = status < 300 ? connection.getInputStream() : connection.getErrorStream()) {
            String text = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
            if (status >= 300) throw new IllegalStateException(connection.getURL() + " answered " + status + ": " + text);
            return text;
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        if (!process.waitFor(30, TimeUnit.SECONDS)) process.destroyForcibly();
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** This service, as it comes. */
    static final class Ours extends TrackingSide {
        private static final String MODEL =
                """
                {"name": "tracking", "source": {"type": "random", "config":
                  {"model_type": "llama", "vocab_size": 4096, "hidden_size": 16, "intermediate_size": 32,
                   "num_hidden_layers": 1, "num_attention_heads": 2, "tie_word_embeddings": true}}}""";
        private static final String EXPERIMENT =
                """
                {"name": "tracking", "base_model": "tracking",
                 "learning_tasks": ["gsm8k_perplexity"], "forgetting_tasks": ["definitions_perplexity"]}""";
        private static final String JOB =
                """
                {"experiment": "%s", "executor": "external", "dataset": {"train": "elsewhere"}, "method": {"type": "full"},
                 "training": {"max_steps": 1000000, "learning_rate": 1e-4}}""";

        private static final String LIST = "/api/v1/jobs?experiment=%s&limit=300&filter=metrics.loss%%20%%3E%%200.5";

        private final String experiment;

        Ours(PostgresServer postgres, Path folder, int port) throws Exception {
            super(
                    "palimpsest", port, folder,
                    List.of(
                            ProcessHandle.current().info().command().orElse("java"), "-Xmx1g", "--enable-native-access=ALL-UNNAMED",
                            "-cp", System.getProperty("java.class.path"), "dev.palimpsest.Palimpsest",
                            "--palimpsest.role=api", "--palimpsest.home=" + folder.resolve("home"), "--server.port=" + port,
                            "--logging.level.root=warn", "--spring.datasource.url=" + postgres.url("postgres"),
                            "--spring.datasource.username=" + postgres.user(), "--spring.datasource.password=" + postgres.password()));
            awaitReady("/api/v1/workers");
            post("/api/v1/models", MODEL);
            while (!get("/api/v1/models/tracking").contains("\"ready\"")) Thread.sleep(200);
            experiment = post("/api/v1/experiments", EXPERIMENT).get("id").asString();
        }

        @Override
        String experiment() {
            return experiment;
        }

        /** What MLflow's answer has of runs that nobody gave params. */
        String table() throws IOException {
            return get(LIST.formatted(experiment) + "&fields=id,name,status,created_at,ended_at,tags,metrics");
        }

        String whole() throws IOException {
            return get(LIST.formatted(experiment));
        }

        @Override
        String run() throws IOException {
            return post("/api/v1/jobs", JOB.formatted(experiment)).get("id").asString();
        }

        @Override
        void log(String run, String points) throws IOException {
            post("/api/v1/jobs/" + run + "/metrics", "{\"data\":[" + points + "]}");
        }

        @Override
        void logOne(String run, long step) throws IOException {
            log(run, points(step, 1));
        }

        @Override
        String point(String key, long step, double value) {
            return "{\"key\":\"" + key + "\",\"step\":" + step + ",\"value\":" + value + "}";
        }

        @Override
        String history(String run, int most) throws IOException {
            return get("/api/v1/jobs/" + run + "/metrics?keys=loss&max_points=" + most);
        }

        /** Jobs that have five series of a thousand points each, told of in batches. */
        List<String> stored(int from, int to) throws IOException {
            run();
            return List.of(
                    """
                    insert into jobs (id, experiment, status, spec, base_model, method, round, attempt, faults, step, tokens, created_at)
                    select 'job_s' || lpad(n::text, 7, '0'), experiment, 'running', spec, base_model, method, 1, 1, 0, 1000, 0, now()
                    from (select * from jobs where experiment = '%s' limit 1) like_it, generate_series(%d, %d) n"""
                            .formatted(experiment, from, to - 1),
                    """
                    insert into metric_series (job, key, step, value, at, points)
                    select job, key, 1000, random(), now(), 1000
                    from (select 'job_s' || lpad(n::text, 7, '0') as job from generate_series(%d, %d) n) stored,
                         unnest(array['loss', 'rate', 'norm', 'tokens', 'pace']) key"""
                            .formatted(from, to - 1),
                    """
                    insert into series_chunks
                    select s.id, first, last, steps, readings, array[now()], array_position(readings, least), array_position(readings, greatest)
                    from metric_series s, (
                        select min(n) as first, max(n) as last, array_agg(n::bigint order by n) as steps, array_agg(reading order by n) as readings,
                               min(reading) as least, max(reading) as greatest
                        from (select n, random() as reading from generate_series(1, 1000) n) points group by n >> 7) chunks
                    where s.job between 'job_s' || lpad('%d', 7, '0') and 'job_s' || lpad('%d', 7, '0')"""
                            .formatted(from, to - 1));
        }

        @Override
        List<String> series(String run, int points) {
            return List.of(
                    "insert into metric_series (job, key, step, value, at, points) values ('%s', 'loss', %d, 0, now(), %d)"
                            .formatted(run, points, points),
                    """
                    insert into series_points select s.id, n, sin(n / 1000.0) + random(), now()
                    from metric_series s, generate_series(1, %d) n where s.job = '%s' and s.key = 'loss'"""
                            .formatted(points, run),
                    """
                    insert into series_extremes
                    select series, step >> 7, min(value), (array_agg(step order by value, step))[1], max(value), (array_agg(step order by value desc, step))[1]
                    from series_points where series = (select id from metric_series where job = '%s' and key = 'loss') group by series, step >> 7"""
                            .formatted(run),
                    "vacuum analyze series_points", "vacuum analyze series_extremes");
        }

        @Override
        List<String> runs(int runs) {
            return List.of(
                    """
                    insert into jobs (id, experiment, status, spec, base_model, method, round, attempt, faults, step, tokens, created_at)
                    select 'job_t' || lpad(n::text, 7, '0'), experiment, 'running', spec, base_model, method, 1, 1, 0, 1000, 0, now()
                    from (select * from jobs where experiment = '%s' limit 1) like_it, generate_series(1, %d) n"""
                            .formatted(experiment, runs),
                    """
                    insert into metric_series (job, key, step, value, at, points)
                    select id, key, 1000, random(), now(), 1 from jobs, unnest(array['loss', 'accuracy', 'pace']) key where id like 'job_t%'""",
                    "vacuum analyze jobs", "vacuum analyze metric_series");
        }
    }

    /** MLflow's tracking server, as it comes. */
    static final class Mlflow extends TrackingSide {
        private final String experiment;

        Mlflow(PostgresServer postgres, String python, Path folder, int port) throws Exception {
            super(
                    "mlflow", port, folder,
                    List.of(
                            python, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", "" + port, "--artifacts-destination",
                            folder.resolve("artifacts").toString(), "--backend-store-uri",
                            postgres.url("mlflow").replace("jdbc:postgresql://", "postgresql+psycopg2://%s:%s@".formatted(postgres.user(), postgres.password()))));
            awaitReady("/health");
            experiment = post("/api/2.0/mlflow/experiments/create", "{\"name\": \"tracking\"}").get("experiment_id").asString();
        }

        @Override
        String run() throws IOException {
            return post("/api/2.0/mlflow/runs/create", "{\"experiment_id\": \"%s\", \"start_time\": 0}".formatted(experiment))
                    .at("/run/info/run_id")
                    .asString();
        }

        @Override
        void log(String run, String points) throws IOException {
            post("/api/2.0/mlflow/runs/log-batch", "{\"run_id\":\"%s\",\"metrics\":[%s]}".formatted(run, points));
        }

        @Override
        void logOne(String run, long step) throws IOException {
            logOneAsMlflow(run, step);
        }

        @Override
        String point(String key, long step, double value) {
            return "{\"key\":\"" + key + "\",\"step\":" + step + ",\"value\":" + value + ",\"timestamp\":" + System.currentTimeMillis() + "}";
        }

        @Override
        String history(String run, int most) throws IOException {
            return get(
                    "/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval?run_ids=" + run + "&metric_key=loss&max_results=" + most);
        }

        @Override
        String experiment() {
            return experiment;
        }

        @Override
        List<String> series(String run, int points) {
            return List.of(
                    """
                    insert into metrics (key, value, timestamp, run_uuid, step, is_nan)
                    select 'loss', sin(n / 1000.0) + random(), 1700000000000 + n, '%s', n, false from generate_series(1, %d) n"""
                            .formatted(run, points),
                    "insert into latest_metrics (key, value, timestamp, step, is_nan, run_uuid) values ('loss', 0, 1700000000000, %d, false, '%s')"
                            .formatted(points, run),
                    "vacuum analyze metrics");
        }

        @Override
        List<String> runs(int runs) {
            return List.of(
                    """
                    insert into runs (run_uuid, name, source_type, source_name, entry_point_name, user_id, status, start_time, source_version,
                                      lifecycle_stage, artifact_uri, experiment_id)
                    select md5(n::text), 'run', 'UNKNOWN', '', '', 'me', 'RUNNING', n, '', 'active', '', %s from generate_series(1, %d) n"""
                            .formatted(experiment, runs),
                    """
                    insert into latest_metrics (key, value, timestamp, step, is_nan, run_uuid)
                    select key, random(), 1700000000000, 1000, false, md5(n::text)
                    from generate_series(1, %d) n, unnest(array['loss', 'accuracy', 'pace']) key"""
                            .formatted(runs),
                    "vacuum analyze runs", "vacuum analyze latest_metrics");
        }
    }

    void fill(JdbcClient database, List<String> statements) {
        for (String statement : statements) database.sql(statement).update();
    }
}
