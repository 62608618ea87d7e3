import dev.palimpsest.Palimpsest;
import dev.palimpsest.home.PostgresBinaries;
import dev.palimpsest.home.PostgresServer;
import dev.palimpsest.spec.Binder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;

/** Times requests one after another, once so many jobs are stored. */
public class Queries {
    private static final int SUBMITTED_AT_ONCE = 8;
    private static final String MODEL =
            """
            {"name": "queries", "source": {"type": "random", "config":
              {"model_type": "llama", "vocab_size": 4096, "hidden_size": 16, "intermediate_size": 32,
               "num_hidden_layers": 1, "num_attention_heads": 2, "tie_word_embeddings": true}}}
            """;
    private static final String EXPERIMENT =
            """
            {"name": "queries", "base_model": "queries",
             "learning_tasks": ["gsm8k_perplexity"], "forgetting_tasks": ["definitions_perplexity"]}
            """;
    private static final String JOB =
            """
            {"experiment": "%s", "name": "job %d", "dataset": {"train": "gsm8k-train"},
             "method": {"type": "lora", "rank": 16, "alpha": 32},
             "training": {"max_steps": 10, "learning_rate": 2e-4}, "tags": {"batch": "%d"}}
            """;

    private static final String ANALYSED =
            """
            {"name": "analysed", "base_model": "queries",
             "learning_tasks": ["gsm8k_perplexity", "gsm8k_arithmetic", "gsm8k", "gsm8k_cot", "humaneval"],
             "forgetting_tasks": ["definitions_choice", "definitions_perplexity", "hellaswag", "arc_challenge", "winogrande"]}
            """;

    /** All that can be asked of an experiment's results. */
    private static final List<String> ANALYSES =
            List.of(
                    "tradeoff", "curves", "matched", "area", "best?forgetting_at_most=0.1", "sensitivity", "regularisation", "diversity",
                    "spectra", "recommendation", "claims", "jobs", "tradeoff?format=csv", "tradeoff?format=svg", "curves?y=forgetting&format=svg");

    /** Nine ranks and full finetuning, five rates and ten seeds; step 0 is the base model. */
    private static final List<String> SCORED =
            List.of(
                    """
                    insert into jobs (id, experiment, status, spec, base_model, method, round, attempt, faults, step, total_steps, tokens, created_at)
                    select 'job_a' || lpad(n::text, 4, '0'), :experiment, 'queued', jsonb_build_object(
                               'experiment', cast(:experiment as text), 'dataset', jsonb_build_object('train', 'gsm8k-train'),
                               'method', case n % 10 when 9 then jsonb_build_object('type', 'full')
                                   else jsonb_build_object('type', 'lora', 'rank', 1 << (n % 10), 'alpha', 2 << (n % 10)) end,
                               'training', jsonb_build_object('learning_rate', 1e-5 * (1 + n / 10 % 5), 'seed', n / 50, 'max_steps', 2000)),
                           'queries', case n % 10 when 9 then 'full' else 'lora' end, 1, 0, 0, 0, 2000, 0, now()
                    from generate_series(0, 499) n""",
                    """
                    insert into checkpoints (id, job, attempt, step, epoch, tokens, kind, folder, files, content, created_at)
                    select 'ckpt_' || id || '_' || at, id, 1, at, at / 100.0, at * 4096, 'adapter', 'f', '[]', 'c', now()
                    from jobs, generate_series(100, 2000, 100) at where experiment = :experiment""",
                    """
                    insert into evaluations (id, fingerprint, model, task, convention, metrics, items, created_at)
                    select e.id, e.id, 'queries', e.task, 'lm_eval', jsonb_build_object(
                               'acc', m, 'acc_norm', m, 'pass@1', m, 'exact_match', m, 'exact_match_strict', m, 'bits_per_byte', m), 100, now()
                    from (select 'eval_' || jobs.id || '_' || at || '_' || task as id, task,
                                 jsonb_build_object('value', random(), 'stderr', 0.01) as m
                          from jobs join experiments x on x.id = jobs.experiment, generate_series(0, 2000, 100) at,
                               unnest(learning_tasks || forgetting_tasks) task
                          where x.id = :experiment) e""",
                    """
                    insert into job_evaluations (job, step, task, evaluation)
                    select jobs.id, at, task, 'eval_' || jobs.id || '_' || at || '_' || task
                    from jobs join experiments x on x.id = jobs.experiment, generate_series(0, 2000, 100) at,
                         unnest(learning_tasks || forgetting_tasks) task
                    where x.id = :experiment""",
                    """
                    insert into metric_series (job, key, step, value, at, points)
                    select id, key, 2000, random(), now(), 20 from jobs, unnest(array['learning', 'learning_bits_per_byte']) key
                    where experiment = :experiment""",
                    "alter table decompositions disable trigger user", // none begins as succeeded
                    """
                    insert into decompositions (id, checkpoint, intruders, status, attempt, fingerprint, summary, heat_map, created_at, ended_at)
                    select 'spec_' || id, 'ckpt_' || id || '_2000', false, 'succeeded', 1, id,
                           jsonb_build_object('matrices', 210, 'suggested_rank', 64, 'modules', (
                               select jsonb_agg(jsonb_build_object('module', module, 'rank_90', 40, 'stable_rank', 9.5, 'effective_rank', 80.5, 'relative_norm', 0.1))
                               from unnest(array['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj']) module)),
                           jsonb_build_object('layers', 30, 'modules', (
                               select jsonb_agg(jsonb_build_object('module', module, 'rank_90', (select jsonb_agg(layer + 20) from generate_series(1, 30) layer)))
                               from unnest(array['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj']) module)),
                           now(), now()
                    from jobs where experiment = :experiment""",
                    "alter table decompositions enable trigger user");

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String service;

    private Queries(String service) {
        this.service = service;
    }

    public static void main(String[] arguments) throws Exception {
        // not the one that a source file is launched with, of whose packages no repository is
        Thread.currentThread().setContextClassLoader(Palimpsest.class.getClassLoader());
        Map<String, String> options = new HashMap<>(Map.of("jobs", "10000", "requests", "300"));
        for (String argument : arguments) options.put(argument.split("=", 2)[0], argument.split("=", 2)[1]);
        Path folder = Files.createTempDirectory("palimpsest-queries");
        try (PostgresServer postgres =
                        PostgresServer.start(
                                PostgresBinaries.unpackedIn(Path.of("target/postgres").toAbsolutePath()), folder.resolve("postgres"));
                ConfigurableApplicationContext api = service(postgres, folder.resolve("home"))) {
            Queries queries =
                    new Queries("http://127.0.0.1:" + api.getEnvironment().getProperty("local.server.port") + "/api/v1");
            queries.measure(Integer.parseInt(options.get("jobs")), Integer.parseInt(options.get("requests")));
            queries.measureAnalyses(api.getBean(JdbcClient.class));
        } finally {
            FileSystemUtils.deleteRecursively(folder);
        }
        System.exit(0); // a client's threads may linger
    }

    private static ConfigurableApplicationContext service(PostgresServer postgres, Path home) {
        return SpringApplication.run(
                Palimpsest.class,
                "--palimpsest.role=api",
                "--palimpsest.home=" + home,
                "--server.port=0",
                "--logging.level.root=warn",
                "--spring.datasource.url=" + postgres.url("postgres"),
                "--spring.datasource.username=" + postgres.user(),
                "--spring.datasource.password=" + postgres.password());
    }

    private void measure(int jobs, int requests) throws Exception {
        post("/models", MODEL);
        while (!get("/models/queries").get("status").asString().equals("ready")) Thread.sleep(200);
        String experiment = post("/experiments", EXPERIMENT).get("id").asString();
        List<String> ids = submitted(experiment, jobs);
        System.out.printf("%,d jobs stored; %d requests of each kind, one after another%n", ids.size(), requests);
        Random random = new Random(1);
        report("submit  POST /jobs", requests, i -> () -> post("/jobs", JOB.formatted(experiment, jobs + i, i)));
        report("list    GET /jobs", requests, i -> () -> read("/jobs"));
        report("list    GET /jobs?experiment=&status=queued&limit=100", requests,
                i -> () -> read("/jobs?experiment=" + experiment + "&status=queued&limit=100"));
        report("list    GET /jobs?after= (a page in the middle)", requests,
                i -> () -> read("/jobs?after=" + ids.get(random.nextInt(ids.size()))));
        report("read    GET /jobs/{id}", requests, i -> () -> read("/jobs/" + ids.get(random.nextInt(ids.size()))));
    }

    private void measureAnalyses(JdbcClient database) throws Exception {
        String experiment = post("/experiments", ANALYSED).get("id").asString();
        for (String rows : SCORED) database.sql(rows).param("experiment", experiment).update();
        database.sql("analyze").update();
        System.out.println("an experiment of 500 jobs with 20 checkpoints each, scored on 10 tasks");
        for (String analysis : ANALYSES) {
            String path = "/experiments/" + experiment + "/" + analysis;
            report("first   GET /experiments/{id}/" + analysis, 1, _ -> () -> read(path));
            for (int i = 0; i < 20; i++) read(path); // to warm up
            report("again   GET /experiments/{id}/" + analysis, 30, _ -> () -> read(path));
        }
    }

    private List<String> submitted(String experiment, int jobs) throws Exception {
        List<String> ids = new ArrayList<>();
        try (ExecutorService clients = Executors.newFixedThreadPool(SUBMITTED_AT_ONCE)) {
            List<Future<JsonNode>> answers =
                    IntStream.range(0, jobs)
                            .mapToObj(i -> clients.submit(() -> post("/jobs", JOB.formatted(experiment, i, i % 100))))
                            .toList();
            for (Future<JsonNode> answer : answers) ids.add(answer.get().get("id").asString());
        }
        return ids;
    }

    private interface Request {
        Object send() throws Exception;
    }

    private static void report(String what, int requests, IntFunction<Request> each) throws Exception {
        double[] millis = new double[requests];
        for (int i = 0; i < requests; i++) {
            long began = System.nanoTime();
            each.apply(i).send();
            millis[i] = (System.nanoTime() - began) / 1e6;
        }
        java.util.Arrays.sort(millis);
        System.out.printf("%-55s median %6.2f ms   95 %% under %6.2f ms%n", what, millis[requests / 2], millis[requests * 95 / 100]);
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        return Binder.JSON.readTree(read(path));
    }

    /** As it came: to make a tree of five megabytes takes as long as to answer them. */
    private String read(String path) throws IOException, InterruptedException {
        return answer(HttpRequest.newBuilder(URI.create(service + path)).build());
    }

    private JsonNode post(String path, String body) throws IOException, InterruptedException {
        return Binder.JSON.readTree(
                answer(
                        HttpRequest.newBuilder(URI.create(service + path))
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build()));
    }

    private String answer(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() >= 300)
            throw new IllegalStateException("%s answered %d: %s".formatted(request, response.statusCode(), response.body()));
        return response.body();
    }
}
