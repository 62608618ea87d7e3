package dev.palimpsest.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.Api;
import dev.palimpsest.ServiceTest;
import dev.palimpsest.jobs.SomeJobs;
import dev.palimpsest.spec.Binder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.http.MediaType;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.util.LinkedMultiValueMap;
import tools.jackson.databind.JsonNode;

/** MLflow's routes as its clients call them. */
@ServiceTest
@TestPropertySource(properties = "palimpsest.role=api")
class MlflowTests {
    @Autowired ApplicationContext context;
    @Autowired RestTestClient client;
    private String experiment = "";

    @BeforeEach
    void anExperiment() {
        experiment = create("exp " + UUID.randomUUID());
    }

    @Test
    void anExperimentHasANameOfItsOwn() {
        String name = "named " + UUID.randomUUID();
        String id = create(name);

        assertThat(
                        get("experiments/get?experiment_id={id}", 200, id)
                                .at("/experiment/name")
                                .asString())
                .isEqualTo(name);
        assertThat(
                        get("experiments/get-by-name?experiment_name={name}", 200, name)
                                .at("/experiment/experiment_id")
                                .asString())
                .isEqualTo(id);
        refused(
                post("experiments/create", "{\"name\": \"%s\"}".formatted(name), 400),
                "RESOURCE_ALREADY_EXISTS");
        refused(
                get("experiments/get-by-name?experiment_name=none", 404),
                "RESOURCE_DOES_NOT_EXIST");
        refused(get("experiments/get?experiment_id=exp_gone", 404), "RESOURCE_DOES_NOT_EXIST");
    }

    @Test
    void ofAHundredWhoCreateTheSameNameOneDoes() throws Exception {
        String body = "{\"name\": \"race %s\"}".formatted(UUID.randomUUID());
        List<Future<Integer>> answers = new ArrayList<>();
        Callable<Integer> creating =
                () ->
                        client.post()
                                .uri("/api/2.0/mlflow/experiments/create")
                                .contentType(MediaType.APPLICATION_JSON)
                                .body(body)
                                .exchange()
                                .returnResult()
                                .getStatus()
                                .value();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 100; i++) answers.add(threads.submit(creating));
        }

        List<Integer> statuses = new ArrayList<>();
        for (Future<Integer> answer : answers) statuses.add(answer.get());
        assertThat(statuses).containsOnly(200, 400).containsOnlyOnce(200);
    }

    @Test
    void aRunIsAnExternalJobFromItsStartToItsEnd() {
        String run =
                run(
                        "\"run_name\": \"one\", \"user_id\": \"ada\", \"tags\": [{\"key\": \"team\", \"value\": \"a\"}]");
        post("runs/log-parameter", entry(run, "lr", "2e-4"), 200);
        post("runs/log-metric", metric(run, "train/loss", "1.5", 1000, 1), 200);
        post("runs/log-metric", metric(run, "train/loss", "\"1.25\"", 2000, 2), 200);
        post("runs/set-tag", entry(run, "team", "b"), 200);
        JsonNode ended =
                post(
                        "runs/update",
                        "{\"run_id\": \"%s\", \"status\": \"FINISHED\", \"end_time\": \"1767225600000\"}"
                                .formatted(run),
                        200);

        assertThat(ended.at("/run_info/status").asString()).isEqualTo("FINISHED");
        JsonNode read = get("runs/get?run_id={run}", 200, run).get("run");
        assertThat(read.at("/info/run_uuid").asString()).isEqualTo(run);
        assertThat(read.at("/info/run_name").asString()).isEqualTo("one");
        assertThat(read.at("/info/user_id").asString()).isEqualTo("ada");
        assertThat(read.at("/info/end_time").isIntegralNumber()).isTrue();
        assertThat(read.at("/data/metrics").toString())
                .isEqualTo(
                        "[{\"key\":\"train/loss\",\"value\":1.25,\"timestamp\":2000,\"step\":2}]");
        assertThat(read.at("/data/params").toString())
                .isEqualTo("[{\"key\":\"lr\",\"value\":\"2e-4\"}]");
        assertThat(tag(read, "team")).isEqualTo("b");
        assertThat(tag(read, "mlflow.runName")).isEqualTo("one");
        JsonNode job = new Api(client).get("jobs/" + run);
        assertThat(job.get("status").asString()).isEqualTo("succeeded");
        assertThat(job.at("/spec/executor").asString()).isEqualTo("external");
        assertThat(job.at("/progress/step").asInt()).isEqualTo(2);
        assertThat(job.at("/tags/team").asString()).isEqualTo("b");
    }

    @ParameterizedTest
    @CsvSource({"FINISHED, succeeded", "FAILED, failed", "KILLED, cancelled"})
    void eachEndIsAJobsToo(String status, String here) {
        String run = run("\"run_name\": \"ends\"");
        String body = "{\"run_uuid\": \"%s\", \"status\": \"%s\"}".formatted(run, status);
        post("runs/update", body, 200);

        post("runs/update", body, 200); // a retry
        assertThat(new Api(client).get("jobs/" + run).get("status").asString()).isEqualTo(here);
        refused(post("runs/update", body.replace(status, "RUNNING"), 409), "RESOURCE_CONFLICT");
        refused(post("runs/log-metric", metric(run, "a", "1", 1, 1), 409), "RESOURCE_CONFLICT");
    }

    @Test
    void aParamIsSaidOnceAndMayBeRepeated() {
        String run = run("");
        post("runs/log-parameter", entry(run, "lr", "1"), 200);
        post("runs/log-parameter", entry(run, "lr", "1"), 200);

        refused(post("runs/log-parameter", entry(run, "lr", "2"), 400), "INVALID_PARAMETER_VALUE");
        assertThat(get("runs/get?run_id={run}", 200, run).at("/run/data/params/0/value").asString())
                .isEqualTo("1");
    }

    @Test
    void aBatchIsTakenWholeOrNotAtAll() {
        String run = run("");
        String batch =
                """
                {"run_id": "%s", "metrics": [{"key": "loss", "value": %s, "timestamp": 1, "step": 1}],
                 "params": [{"key": "p", "value": "%s"}], "tags": [{"key": "t", "value": "x"}]}""";
        post("runs/log-batch", batch.formatted(run, "0.5", "1"), 200);

        refused(
                post(
                        "runs/log-batch",
                        batch.formatted(run, "0.1", "2").replace("\"x\"", "\"y\""),
                        400),
                "INVALID_PARAMETER_VALUE");
        refused(
                post(
                        "runs/log-batch",
                        batch.formatted(run, "\"much\"", "1").replace("\"x\"", "\"y\""),
                        400),
                "INVALID_PARAMETER_VALUE");
        JsonNode read = get("runs/get?run_id={run}", 200, run).get("run");
        assertThat(read.at("/data/metrics/0/value").asDouble()).isEqualTo(0.5);
        assertThat(tag(read, "t")).isEqualTo("x");
        post("runs/log-batch", batch.formatted(run, "0.5", "1"), 200); // a retry
    }

    @Test
    void aBatchOverTheLimitsIsRefused() {
        String run = run("");
        String param = "{\"key\": \"k%d\", \"value\": \"v\"}";
        List<String> params = new ArrayList<>();
        for (int i = 0; i < 101; i++) params.add(param.formatted(i));
        String batch = "{\"run_id\": \"%s\", \"params\": [%s]}";

        refused(
                post("runs/log-batch", batch.formatted(run, String.join(",", params)), 400),
                "INVALID_PARAMETER_VALUE");
        refused(
                post("runs/log-parameter", entry(run, "k".repeat(251), "v"), 400),
                "INVALID_PARAMETER_VALUE");
        refused(
                post("runs/log-parameter", entry(run, "k", "v".repeat(6001)), 400),
                "INVALID_PARAMETER_VALUE");
        refused(
                post("runs/set-tag", entry(run, "k", "v".repeat(8001)), 400),
                "INVALID_PARAMETER_VALUE");
        post("runs/log-parameter", entry(run, "k", "v".repeat(6000)), 200);
        post("runs/set-tag", entry(run, "k", "v".repeat(8000)), 200);
    }

    @Test
    void ofTwoValuesAtAStepTheNewestStandsHoweverTheyArrive() {
        String run = run("");
        post("runs/log-metric", metric(run, "loss", "2", 2000, 0), 200);
        post("runs/log-metric", metric(run, "loss", "1", 1000, 0), 200);
        assertThat(history(run, "loss")).containsExactly(2.0);

        post("runs/log-metric", metric(run, "loss", "3", 3000, 0), 200);
        post("runs/log-metric", metric(run, "loss", "3", 3000, 0), 200);
        assertThat(history(run, "loss")).containsExactly(3.0);

        String batch = "{\"run_id\": \"%s\", \"metrics\": [%s]}";
        String point = "{\"key\": \"loss\", \"value\": %d, \"timestamp\": %d, \"step\": 0}";
        post(
                "runs/log-batch",
                batch.formatted(run, point.formatted(5, 5000) + "," + point.formatted(4, 4000)),
                200);
        assertThat(history(run, "loss")).containsExactly(5.0);
        assertThat(
                        get("runs/get?run_id={run}", 200, run)
                                .at("/run/data/metrics/0/value")
                                .asDouble())
                .isEqualTo(5.0);
    }

    @Test
    void whatIsNoNumberIsKeptInWords() {
        String run = run("");
        post("runs/log-metric", metric(run, "loss", "\"NaN\"", 1, 1), 200);
        post("runs/log-metric", metric(run, "loss", "\"-Infinity\"", 2, 2), 200);

        JsonNode points =
                get("metrics/get-history?run_id={run}&metric_key=loss", 200, run).get("metrics");
        assertThat(points.at("/0/value").asString()).isEqualTo("NaN");
        assertThat(points.at("/1/value").asString()).isEqualTo("-Infinity");
    }

    @Test
    void aHistoryIsReadInPagesToItsEnd() {
        String run = run("");
        List<String> points = new ArrayList<>();
        for (int step = 0; step < 25; step++)
            points.add(
                    "{\"key\": \"loss\", \"value\": %d, \"timestamp\": %d, \"step\": %d}"
                            .formatted(step, step, step));
        post(
                "runs/log-batch",
                "{\"run_id\": \"%s\", \"metrics\": [%s]}".formatted(run, String.join(",", points)),
                200);

        List<Double> read = new ArrayList<>();
        String token = "";
        do {
            JsonNode page =
                    get(
                            "metrics/get-history?run_id={run}&metric_key=loss&max_results=10&page_token={token}",
                            200,
                            run,
                            token);
            page.get("metrics").forEach(point -> read.add(point.get("value").asDouble()));
            token = page.path("next_page_token").asString("");
        } while (!token.isEmpty());
        assertThat(read).hasSize(25).isSorted();
        assertThat(get("metrics/get-history?run_id={run}&metric_key=none", 200, run).get("metrics"))
                .isEmpty();
        refused(
                get("metrics/get-history?run_id=job_gone&metric_key=loss", 404),
                "RESOURCE_DOES_NOT_EXIST");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "metrics.loss < 0.3 | 2 1",
                "metric.`loss` >= 0.2 and params.lr = '1e-3' | 3",
                "params.\"lr\" != '1e-3' | 2 0",
                "parameter.lr LIKE '2%' | 2 0",
                "tags.team ILIKE 'A' | 1 0",
                "tags.`mlflow.runName` = 'run 3' | 3",
                "attributes.status = 'FINISHED' | 0",
                "status IN ('FINISHED', 'FAILED') | 0",
                "attr.run_name NOT IN ('run 1', 'run 2') | 3 0",
                "run.start_time > 0 and attributes.end_time IS NOT NULL | 0",
                "params.epochs IS NULL | 3 2 1 0",
                "params.lr IS NOT NULL and not (metrics.loss < 0.3 or tags.team = 'a') | 3",
                "~~ | 3 2 1 0"
            })
    void runsAreSearchedInMlflowsLanguage(String filter, String numbers) {
        for (int n = 0; n < 4; n++) {
            String run =
                    run(
                            "\"run_name\": \"run %d\", \"tags\": [{\"key\": \"team\", \"value\": \"%s\"}]"
                                    .formatted(n, n < 2 ? "a" : "b"));
            post("runs/log-parameter", entry(run, "lr", n % 2 == 0 ? "2e-4" : "1e-3"), 200);
            if (n > 0) post("runs/log-metric", metric(run, "loss", "0." + n, 1, 1), 200);
            if (n == 0)
                post(
                        "runs/update",
                        "{\"run_id\": \"%s\", \"status\": \"FINISHED\"}".formatted(run),
                        200);
        }

        assertThat(names(search(filter, "", "")))
                .isEqualTo(Arrays.stream(numbers.split(" ")).map(n -> "run " + n).toList());
    }

    @Test
    void aSearchIsOrderedAndReadInPagesToItsEnd() {
        for (int n = 0; n < 5; n++) {
            String run = run("\"run_name\": \"run %d\"".formatted(n));
            if (n != 2)
                post(
                        "runs/log-metric",
                        metric(run, "loss", String.valueOf((n * 3) % 5), 1, 1),
                        200);
        }
        List<String> read = new ArrayList<>();
        String token = "";
        do {
            JsonNode page = search("", "\"metrics.`loss` DESC\", \"start_time ASC\"", token);
            read.addAll(names(page));
            token = page.path("next_page_token").asString("");
        } while (!token.isEmpty());

        assertThat(read).containsExactly("run 3", "run 1", "run 4", "run 0", "run 2");
        assertThat(search("", "\"attributes.run_name\"", "").path("next_page_token").asString(""))
                .isNotEmpty();
    }

    @Test
    void aJobOfThisServiceIsReadAsARun() {
        SomeJobs some = new SomeJobs(context);
        String planned = some.experiment();
        String job = some.queued(planned).id();

        JsonNode run = get("runs/get?run_id={run}", 200, job).get("run");
        assertThat(run.at("/info/status").asString()).isEqualTo("SCHEDULED");
        assertThat(run.at("/info/experiment_id").asString()).isEqualTo(planned);
        assertThat(param(run, "method.type")).isEqualTo("full");
        assertThat(param(run, "training.learning_rate")).isEqualTo("0.001");
        assertThat(param(run, "training.max_steps")).isEqualTo("10");
        assertThat(param(run, "base_model")).isEqualTo("tiny");
        experiment = planned;
        assertThat(
                        search(
                                        "params.training.learning_rate = '0.001' and params.method.type = 'full' and params.base_model = 'tiny'",
                                        "",
                                        "")
                                .get("runs"))
                .hasSize(1);
        refused(post("runs/log-metric", metric(job, "loss", "1", 1, 1), 409), "RESOURCE_CONFLICT");
        refused(post("runs/log-parameter", entry(job, "p", "1"), 409), "RESOURCE_CONFLICT");
        post("runs/set-tag", entry(job, "seen", "yes"), 200);
        assertThat(tag(get("runs/get?run_id={run}", 200, job).get("run"), "seen")).isEqualTo("yes");
    }

    @Test
    void aRunOfAPlannedExperimentSaysItsSpecAndCountsWithItsScores() {
        experiment = new SomeJobs(context).experiment();
        String spec =
                "{\"dataset\": {\"train\": \"mine\"}, \"method\": {\"type\": \"lora\", \"rank\": 8, \"alpha\": 16}, \"training\": {\"epochs\": 1, \"learning_rate\": 2e-4}}";
        String tagged = "\"tags\": [{\"key\": \"palimpsest.spec\", \"value\": %s}]";

        refused(
                post("runs/create", "{\"experiment_id\": \"%s\"}".formatted(experiment), 400),
                "INVALID_PARAMETER_VALUE");
        refused(
                post(
                        "runs/create",
                        "{\"experiment_id\": \"%s\", %s}"
                                .formatted(experiment, tagged.formatted("\"{}\"")),
                        400),
                "INVALID_PARAMETER_VALUE");
        String run = run(tagged.formatted(Binder.JSON.writeValueAsString(spec)));
        post(
                "runs/log-metric",
                metric(run, "eval/gsm8k_perplexity/bits_per_byte", "1.5", 1, 10),
                200);
        post("runs/update", "{\"run_id\": \"%s\", \"status\": \"FINISHED\"}".formatted(run), 200);

        JsonNode read = get("runs/get?run_id={run}", 200, run).get("run");
        assertThat(param(read, "method.rank")).isEqualTo("8");
        assertThat(read.at("/data/tags").toString()).doesNotContain("palimpsest.spec");
        JsonNode evaluations = new Api(client).get("jobs/" + run + "/evaluations");
        assertThat(evaluations.at("/data/0/task").asString()).isEqualTo("gsm8k_perplexity");
    }

    @Test
    void anExperimentOfRunsAloneAnswersEveryAnalysis() {
        run("\"run_name\": \"alone\"");

        for (String analysis :
                List.of(
                        "tradeoff",
                        "curves",
                        "sensitivity",
                        "spectra",
                        "diversity",
                        "recommendation",
                        "report"))
            client.get()
                    .uri("/api/v1/experiments/" + experiment + "/" + analysis)
                    .exchange()
                    .expectStatus()
                    .value(status -> assertThat(status).as(analysis).isLessThan(500));
        JsonNode here = new Api(client).get("experiments/" + experiment);
        assertThat(here.get("base_model").asString()).isEqualTo("none@elsewhere");
        String spec =
                """
                {"dataset": {"train": "gsm8k-train"}, "method": {"type": "full"},
                 "training": {"epochs": 1, "learning_rate": 1e-3}}""";
        JsonNode job =
                new Api(client)
                        .post(
                                "jobs",
                                spec.replaceFirst(
                                        "\\{", "{\"experiment\": \"%s\", ".formatted(experiment)),
                                422);
        assertThat(job.at("/errors/0/pointer").asString()).isEqualTo("/executor");
        new Api(client)
                .post(
                        "experiments/" + experiment + "/sweeps",
                        "{\"template\": %s, \"grid\": {\"training.learning_rate\": [1e-4, 1e-3]}}"
                                .formatted(spec),
                        422);
    }

    @Test
    void anExperimentOfRunsGoesIntoAnArchiveAndOutOfItWithTheirParams() {
        String run = run("\"run_name\": \"kept\"");
        post("runs/log-parameter", entry(run, "lr", "2e-4"), 200);
        post("runs/log-metric", metric(run, "loss", "0.5", 1, 1), 200);
        post("runs/update", "{\"run_id\": \"%s\", \"status\": \"FINISHED\"}".formatted(run), 200);

        byte[] archive =
                client.get()
                        .uri("/api/v1/experiments/{id}/archive", experiment)
                        .exchange()
                        .expectStatus()
                        .isOk()
                        .expectBody()
                        .returnResult()
                        .getResponseBodyContent();
        LinkedMultiValueMap<String, Object> form = new LinkedMultiValueMap<>();
        form.add(
                "file",
                new ByteArrayResource(archive) {
                    @Override
                    public String getFilename() {
                        return "runs.zip";
                    }
                });
        JsonNode imported =
                Binder.JSON.readTree(
                        client.post()
                                .uri("/api/v1/experiments/import")
                                .contentType(MediaType.MULTIPART_FORM_DATA)
                                .body(form)
                                .exchange()
                                .expectStatus()
                                .isCreated()
                                .expectBody()
                                .returnResult()
                                .getResponseBodyContent());

        String copy = imported.at("/jobs/" + run).asString();
        JsonNode read = get("runs/get?run_id={run}", 200, copy).get("run");
        assertThat(param(read, "lr")).isEqualTo("2e-4");
        assertThat(read.at("/data/metrics/0/value").asDouble()).isEqualTo(0.5);
        assertThat(imported.get("base_model").asString()).isEqualTo("none@elsewhere");
    }

    @Test
    void experimentsAreSearched() {
        String mark = UUID.randomUUID().toString();
        for (String name : List.of("b", "a"))
            post(
                    "experiments/create",
                    "{\"name\": \"%s %s\", \"tags\": [{\"key\": \"mark\", \"value\": \"%s\"}]}"
                            .formatted(name, mark, mark),
                    200);

        JsonNode found =
                post(
                        "experiments/search",
                        "{\"filter\": \"tags.mark = '%s' and attribute.name like '%%%s'\", \"order_by\": [\"name ASC\"], \"max_results\": 5}"
                                .formatted(mark, mark),
                        200);
        assertThat(found.get("experiments").valueStream().map(e -> e.get("name").asString()))
                .containsExactly("a " + mark, "b " + mark);
        refused(
                post("experiments/search", "{\"filter\": \"colour = 'red'\"}", 400),
                "INVALID_PARAMETER_VALUE");
    }

    @Test
    void whoNamesNoExperimentLogsIntoTheDefaultOne() {
        String run =
                post("runs/create", "{\"experiment_id\": \"0\", \"run_name\": \"stray\"}", 200)
                        .at("/run/info/run_id")
                        .asString();

        experiment = "0";
        assertThat(names(search("attributes.run_id = '%s'".formatted(run), "", "")))
                .containsExactly("stray");
        assertThat(get("experiments/get?experiment_id=0", 200).at("/experiment/name").asString())
                .isEqualTo("Default");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "runs/log-metric | {\"run_id\": \"%s\", \"key\": \"a\"} | value is required",
                "runs/log-metric | {\"run_id\": \"%s\", \"key\": \"a\", \"value\": 1, \"step\": -1} | /step must be between",
                "runs/log-metric | {\"run_id\": \"%s\", \"key\": \"a$\", \"value\": 1} | /key must have",
                "runs/log-metric | {\"run_id\": \"%s\", \"key\": \"learning\", \"value\": 1} | is computed here",
                "runs/log-metric | {\"key\": \"a\", \"value\": 1} | run_id is required",
                "runs/update | {\"run_id\": \"%s\", \"status\": \"DONE\"} | must be one of",
                "runs/search | {\"experiment_ids\": [\"x\"], \"filter\": \"metrics.a >\"} | at character 12: expected a value, got the end",
                "runs/search | {\"experiment_ids\": [\"x\"], \"filter\": \"metrics.a > 'x'\"} | expected a number",
                "runs/search | {\"experiment_ids\": [\"x\"], \"filter\": \"params.a > '1' or datasets.name = 'x'\"} | 'datasets.name' is no field",
                "runs/search | {\"experiment_ids\": [\"x\"], \"max_results\": 50001} | /max_results",
                "runs/search | {\"experiment_ids\": [\"x\"], \"order_by\": [\"metrics.a UP\"]} | expected asc, desc",
                "runs/log-batch | {\"run_id\": | "
            })
    void aFaultIsAnErrorThatClientsRead(String route, String body, String message) {
        String run = run("");

        JsonNode error = post(route, body.replace("%s", run), 400);

        refused(error, "INVALID_PARAMETER_VALUE");
        assertThat(error.get("message").asString()).contains(message == null ? "" : message);
    }

    @Test
    void whatIsNotHereSaysSo() {
        refused(post("runs/log-inputs", "{}", 404), "ENDPOINT_NOT_FOUND");
        refused(get("runs/get?run_id=job_gone", 404), "RESOURCE_DOES_NOT_EXIST");
        refused(post("runs/set-tag", entry("job_gone", "a", "b"), 404), "RESOURCE_DOES_NOT_EXIST");
        refused(get("experiments/get?experiment_id={id}", 400, "\0"), "BAD_REQUEST");
        client.get()
                .uri("/health")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .isEqualTo("OK");
        client.get()
                .uri("/ajax-api/2.0/mlflow/experiments/get?experiment_id={e}", experiment)
                .exchange()
                .expectStatus()
                .isOk();
    }

    private String create(String name) {
        return post("experiments/create", "{\"name\": \"%s\"}".formatted(name), 200)
                .get("experiment_id")
                .asString();
    }

    private String run(String fields) {
        String more = fields.isEmpty() ? "" : ", " + fields;
        return post(
                        "runs/create",
                        "{\"experiment_id\": \"%s\", \"start_time\": 1, \"unknown\": {}%s}"
                                .formatted(experiment, more),
                        200)
                .at("/run/info/run_id")
                .asString();
    }

    private JsonNode search(String filter, String order, String token) {
        return post(
                "runs/search",
                """
                {"experiment_ids": ["%s"], "filter": %s, "order_by": [%s], "max_results": 4, "page_token": "%s"}"""
                        .formatted(
                                experiment, Binder.JSON.writeValueAsString(filter), order, token),
                200);
    }

    private List<Double> history(String run, String key) {
        return get("metrics/get-history?run_id={run}&metric_key={key}", 200, run, key)
                .get("metrics")
                .valueStream()
                .map(point -> point.get("value").asDouble())
                .toList();
    }

    private static List<String> names(JsonNode page) {
        return page.get("runs")
                .valueStream()
                .map(run -> run.at("/info/run_name").asString())
                .toList();
    }

    private static String tag(JsonNode run, String key) {
        return entry(run.at("/data/tags"), key);
    }

    private static String param(JsonNode run, String key) {
        return entry(run.at("/data/params"), key);
    }

    private static String entry(JsonNode entries, String key) {
        return entries.valueStream()
                .filter(entry -> entry.get("key").asString().equals(key))
                .map(entry -> entry.get("value").asString())
                .findFirst()
                .orElse("none");
    }

    private static String entry(String run, String key, String value) {
        return "{\"run_id\": \"%s\", \"run_uuid\": \"%s\", \"key\": \"%s\", \"value\": \"%s\"}"
                .formatted(run, run, key, value);
    }

    private static String metric(String run, String key, String value, long timestamp, long step) {
        return "{\"run_id\": \"%s\", \"key\": \"%s\", \"value\": %s, \"timestamp\": %d, \"step\": \"%d\"}"
                .formatted(run, key, value, timestamp, step);
    }

    private static void refused(JsonNode error, String code) {
        assertThat(error.propertyNames()).containsExactlyInAnyOrder("error_code", "message");
        assertThat(error.get("error_code").asString()).isEqualTo(code);
        assertThat(error.get("message").asString()).isNotBlank();
    }

    private JsonNode get(String path, int status, Object... values) {
        return Binder.JSON.readTree(
                client.get()
                        .uri("/api/2.0/mlflow/" + path, values)
                        .exchange()
                        .expectStatus()
                        .isEqualTo(status)
                        .expectBody()
                        .returnResult()
                        .getResponseBodyContent());
    }

    private JsonNode post(String path, String body, int status) {
        return Binder.JSON.readTree(
                client.post()
                        .uri("/api/2.0/mlflow/" + path)
                        .contentType(MediaType.APPLICATION_JSON)
                        .body(body)
                        .exchange()
                        .expectStatus()
                        .isEqualTo(status)
                        .expectBody()
                        .returnResult()
                        .getResponseBodyContent());
    }
}
