package dev.palimpsest.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.Api;
import dev.palimpsest.ServiceTest;
import dev.palimpsest.home.Home;
import dev.palimpsest.spec.Sha256;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.test.web.servlet.client.RestTestClient.ResponseSpec;

@ServiceTest
@TestPropertySource(properties = "palimpsest.role=api")
class JobApiTests {
    private static final String SPEC =
            """
            {"experiment": "%s", "name": "one", "dataset": {"train": "gsm8k-train"}, "method": {"type": "lora", "rank": 4, "alpha": 8},
             "training": {"max_steps": 10, "learning_rate": 1e-3}, "tags": {"team": "a"}}
            """;

    private static final String TEN_THOUSAND =
            """
            insert into jobs (id, experiment, status, spec, base_model, method, tags, round, attempt, faults, step, tokens, created_at)
            select 'job_0' || lpad(n::text, 25, '0'), :experiment, 'queued', cast(:spec as jsonb), 'tiny',
                   case when n % 2 = 0 then 'lora' else 'full' end, jsonb_build_object('n', (n % 100)::text), 1, 0, 0, 0, 0, now()
            from generate_series(1, 10000) n
            """;

    @Autowired ApplicationContext context;
    @Autowired RestTestClient client;
    @Autowired JdbcClient database;
    @Autowired Home home;
    @LocalServerPort int port;
    private SomeJobs some;
    private String experiment;

    @BeforeEach
    void anExperiment() {
        some = new SomeJobs(context);
        experiment = some.experiment();
    }

    @Test
    void aJobOfALaterVersionIsLeftToItAndTheOthersAreListed() {
        Job known = some.queued(experiment);
        Job later = some.queued(experiment);
        database.sql(
                        """
                        update jobs set spec = jsonb_set(spec, '{version}', '2') || '{"colour": "red"}' where id = ?""")
                .param(later.id())
                .update();
        RestTestClient once = Api.once(port);

        once.get()
                .uri("/api/v1/jobs/" + later.id())
                .exchange()
                .expectStatus()
                .isEqualTo(HttpStatus.SERVICE_UNAVAILABLE)
                .expectBody()
                .jsonPath("$.detail")
                .isEqualTo(
                        "job %s was submitted to a later version of Palimpsest than this process is of; ask again once the upgrade is through"
                                .formatted(later.id()));
        once.post()
                .uri("/api/v1/jobs/" + later.id() + "/cancel")
                .exchange()
                .expectStatus()
                .isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
        for (String list :
                List.of(
                        "/api/v1/jobs?experiment=" + experiment,
                        "/api/v1/jobs?fields=id,spec&experiment=" + experiment,
                        "/v1/fine_tuning/jobs"))
            once.get()
                    .uri(list)
                    .exchange()
                    .expectStatus()
                    .isOk()
                    .expectBody(String.class)
                    .value(
                            answer ->
                                    assertThat(answer)
                                            .contains(known.id().substring("job_".length()))
                                            .doesNotContain("colour"));
        assertThat(
                        database.sql("select spec ->> 'colour' from jobs where id = ?")
                                .param(later.id())
                                .query(String.class)
                                .single())
                .isEqualTo("red");
        database.sql("delete from jobs where id = ?").param(later.id()).update();
    }

    @Test
    void aSubmittedJobIsQueuedAndReadBack() {
        String location =
                post("/api/v1/jobs", SPEC.formatted(experiment))
                        .expectStatus()
                        .isAccepted()
                        .returnResult(String.class)
                        .getResponseHeaders()
                        .getFirst("Location");

        get(location)
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.status")
                .isEqualTo("queued")
                .jsonPath("$.spec.method.type")
                .isEqualTo("lora")
                .jsonPath("$.spec.training.precision")
                .isEqualTo("fp32")
                .jsonPath("$.progress.step")
                .isEqualTo(0)
                .jsonPath("$.error")
                .isEmpty();
        assertThat(entryOf(location)).isEqualTo(1);
    }

    @Test
    void aGuardOfWhatTheExperimentDoesNotMeasureIsRefused() {
        String measured =
                SPEC.replace(
                        "\"tags\"",
                        "\"evaluation\": {\"at\": {\"steps\": [5]}}, \"guards\": [{\"type\": \"forgetting\","
                                + " \"above\": 0.05}], \"tags\"");
        String unmeasured =
                client.post()
                        .uri("/api/v1/experiments")
                        .contentType(MediaType.APPLICATION_JSON)
                        .body(
                                "{\"name\": \"one sided\", \"base_model\": \"tiny\", \"learning_tasks\": [\"gsm8k_perplexity\"]}")
                        .exchange()
                        .returnResult(String.class)
                        .getResponseBody()
                        .replaceAll("(?s).*\"id\":\"(exp_[^\"]*)\".*", "$1");

        post("/api/v1/jobs", measured.formatted(experiment)).expectStatus().isAccepted();
        post("/api/v1/jobs", measured.formatted(unmeasured))
                .expectStatus()
                .isEqualTo(HttpStatus.UNPROCESSABLE_CONTENT)
                .expectBody()
                .jsonPath("$.errors[0].pointer")
                .isEqualTo("/guards/0")
                .jsonPath("$.errors[0].detail")
                .isEqualTo(
                        "can never act: it watches forgetting, and the experiment has no forgetting tasks");
    }

    @Test
    void everyFaultOfASpecIsSaidAtOnceUnderItsPointer() {
        String faulty =
                """
                {"experiment": "exp_gone", "base_model": "gone", "dataset": {"train": "gone", "validation": "lost"},
                 "method": {"type": "full"}, "training": {"max_steps": 10, "learning_rate": 1e-3},
                 "evaluation": {"at": {"steps": [5, 11]}}}
                """;

        post("/api/v1/jobs", faulty)
                .expectStatus()
                .isEqualTo(HttpStatus.UNPROCESSABLE_CONTENT)
                .expectBody()
                .jsonPath("$.errors[*].pointer")
                .isEqualTo(
                        List.of(
                                "/experiment",
                                "/base_model",
                                "/dataset/train",
                                "/dataset/validation",
                                "/evaluation/at/steps/1"));
    }

    @Test
    void aJobThatNamesABenchmarkWithoutItsFileIsRefusedAndSoAreExemplarsNoTaskHas() {
        String plan =
                """
                {"name": "benchmarks", "base_model": "tiny", "learning_tasks": ["gsm8k_arithmetic", "gsm8k"],
                 "forgetting_tasks": ["hellaswag"]}
                """;
        String location =
                post("/api/v1/experiments", plan)
                        .expectStatus()
                        .isCreated()
                        .returnResult(String.class)
                        .getResponseHeaders()
                        .getFirst("Location");
        String asked =
                """
                "evaluation": {"few_shot": {"gsm8k": 8, "gsm8k_arithmetic": 1, "piqa": 1}}, "tags\"""";

        post(
                        "/api/v1/jobs",
                        SPEC.formatted(location.substring(location.lastIndexOf('/') + 1))
                                .replace("\"tags\"", asked))
                .expectStatus()
                .isEqualTo(HttpStatus.UNPROCESSABLE_CONTENT)
                .expectBody()
                .jsonPath("$.errors[*].pointer")
                .isEqualTo(
                        List.of(
                                "/evaluation/few_shot/gsm8k_arithmetic",
                                "/experiment",
                                "/evaluation/few_shot/piqa"))
                .jsonPath("$.errors[1].detail")
                .value(
                        String.class,
                        detail ->
                                assertThat(detail).contains("needs the file hellaswag_val.jsonl"));
    }

    @Test
    void anExperimentThatNamesWhatIsNotThereIsRefused() {
        String faulty =
                """
                {"name": "x", "base_model": "gone", "learning_tasks": ["gsm8k_perplexity", "nope"], "forgetting_tasks": ["lost"]}
                """;

        post("/api/v1/experiments", faulty)
                .expectStatus()
                .isEqualTo(HttpStatus.UNPROCESSABLE_CONTENT)
                .expectBody()
                .jsonPath("$.errors[*].pointer")
                .isEqualTo(List.of("/base_model", "/learning_tasks/1", "/forgetting_tasks/0"));
    }

    @Test
    void thePapersForgettingScoreIsAPresetAndTheConventionOfAllJobsOfItsExperiment() {
        String location =
                post(
                                "/api/v1/experiments",
                                """
                                {"name": "forgotten", "base_model": "tiny", "preset": "forgetting-gauntlet"}""")
                        .expectStatus()
                        .isCreated()
                        .returnResult(String.class)
                        .getResponseHeaders()
                        .getFirst("Location");

        get(location)
                .expectBody()
                .jsonPath("$.forgetting_tasks")
                .isEqualTo(List.of("hellaswag", "arc_challenge", "winogrande"))
                .jsonPath("$.convention")
                .isEqualTo("gauntlet");
        post(
                        "/api/v1/experiments",
                        "{\"name\": \"x\", \"base_model\": \"tiny\", \"preset\": \"code-ift-r16\"}")
                .expectStatus()
                .isEqualTo(HttpStatus.UNPROCESSABLE_CONTENT)
                .expectBody()
                .jsonPath("$.errors[*].pointer")
                .isEqualTo(List.of("/preset"));
    }

    @Test
    void aJobIsScoredByItsExperimentsConventionAndNoOther() {
        String asked =
                SPEC.formatted(experiment)
                        .replace("\"tags\"", "\"evaluation\": {\"convention\": \"%s\"}, \"tags\"");

        post("/api/v1/jobs", asked.formatted("gauntlet"))
                .expectStatus()
                .isEqualTo(HttpStatus.UNPROCESSABLE_CONTENT)
                .expectBody()
                .jsonPath("$.errors[*].pointer")
                .isEqualTo(List.of("/evaluation/convention"));
        post("/api/v1/jobs", asked.formatted("lm_eval")).expectStatus().isAccepted();
        post("/api/v1/jobs", SPEC.formatted(experiment))
                .expectBody()
                .jsonPath("$.spec.evaluation.convention")
                .isEqualTo("lm_eval");
    }

    @Test
    void anEditOfWhatOthersEditedIsRefused() {
        String path = "/api/v1/experiments/" + experiment;
        String eTag = get(path).returnResult(String.class).getResponseHeaders().getETag();

        edit(path, eTag, "first").expectStatus().isOk();
        edit(path, eTag, "second").expectStatus().isEqualTo(HttpStatus.PRECONDITION_FAILED);
        client.delete()
                .uri(path)
                .header("If-Match", eTag)
                .exchange()
                .expectStatus()
                .isEqualTo(HttpStatus.PRECONDITION_FAILED);

        get(path).expectBody().jsonPath("$.name").isEqualTo("first");
    }

    @Test
    void anExperimentIsDeletedWithItsJobsOnceTheyHaveEnded() throws Exception {
        Job job = some.queued(experiment);
        Path folder = Files.createDirectories(home.jobs().resolve(job.id()).resolve("attempt-1"));
        String path = "/api/v1/experiments/" + experiment;
        delete(path).expectStatus().isEqualTo(HttpStatus.CONFLICT);
        post("/api/v1/jobs/" + job.id() + "/cancel", "").expectStatus().isAccepted();

        delete(path).expectStatus().isNoContent();

        get("/api/v1/jobs/" + job.id()).expectStatus().isNotFound();
        get(path).expectStatus().isNotFound();
        assertThat(folder).exists(); // until it is purged
        delete(path).expectStatus().isNotFound();
    }

    @Test
    void aCancelledJobLeavesTheQueueAndARetryBringsItBack() {
        Job job = some.queued(experiment);
        String path = "/api/v1/jobs/" + job.id();
        post(path + "/retry", "").expectStatus().isEqualTo(HttpStatus.CONFLICT);

        post(path + "/cancel", "").expectBody().jsonPath("$.status").isEqualTo("cancelled");
        assertThat(entryOf(path)).isZero();
        post(path + "/cancel", "").expectStatus().isAccepted();

        post(path + "/retry", "").expectBody().jsonPath("$.status").isEqualTo("queued");
        assertThat(entryOf(path)).isEqualTo(1);
    }

    @Test
    void aPausedJobLeavesTheQueueAndIsResumedIntoIt() {
        Job job = some.queued(experiment);
        String path = "/api/v1/jobs/" + job.id();
        post(path + "/resume", "").expectStatus().isEqualTo(HttpStatus.CONFLICT);

        post(path + "/pause", "").expectBody().jsonPath("$.status").isEqualTo("paused");
        assertThat(entryOf(path)).isZero();
        post(path + "/pause", "")
                .expectStatus()
                .isEqualTo(HttpStatus.CONFLICT)
                .expectHeader()
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .expectBody()
                .jsonPath("$.detail")
                .isEqualTo(
                        "job %s is paused, and a job in that status cannot pause; it can resume or cancel"
                                .formatted(job.id()));

        post(path + "/resume", "").expectBody().jsonPath("$.status").isEqualTo("queued");
        assertThat(entryOf(path)).isEqualTo(1);
        post(path + "/pause", "").expectStatus().isAccepted();
        post(path + "/cancel", "").expectBody().jsonPath("$.status").isEqualTo("cancelled");
    }

    @Test
    void jobsAreListedPageByPageTheNewestFirst() {
        List<String> ids =
                List.of(
                        some.queued(experiment).id(),
                        some.queued(experiment).id(),
                        some.queued(experiment).id());
        List<String> newest = ids.stream().sorted((a, b) -> b.compareTo(a)).toList();

        get("/api/v1/jobs?limit=2&experiment=" + experiment)
                .expectBody()
                .jsonPath("$.data[*].id")
                .isEqualTo(newest.subList(0, 2))
                .jsonPath("$.has_more")
                .isEqualTo(true);
        get("/api/v1/jobs?limit=2&experiment=" + experiment + "&after=" + newest.get(1))
                .expectBody()
                .jsonPath("$.data[*].id")
                .isEqualTo(newest.subList(2, 3))
                .jsonPath("$.has_more")
                .isEqualTo(false);
        get("/api/v1/jobs?status=asleep").expectStatus().isBadRequest();
        get("/api/v1/jobs?tag=x").expectStatus().isBadRequest();
    }

    @Test
    void everyFilterOfTenThousandStoredJobsIsAnsweredFromAnIndex() {
        String crowded = some.experiment();
        database.sql(TEN_THOUSAND)
                .param("experiment", crowded)
                .param("spec", SPEC.formatted(crowded))
                .update();
        database.sql("analyze jobs").update();

        for (String filter :
                List.of(
                        "experiment = '" + crowded + "'",
                        "status = 'queued'",
                        "method = 'lora'",
                        "sweep = 'sweep_0'",
                        "tags @> '{\"n\": \"42\"}'",
                        "id < 'job_0" + "0".repeat(21) + "5000'"))
            assertThat(plan("select * from jobs where " + filter + " order by id desc limit 21"))
                    .as(filter)
                    .doesNotContain("Seq Scan");
        database.sql("delete from jobs where experiment = :id").param("id", crowded).update();
    }

    private String plan(String query) {
        return String.join("\n", database.sql("explain " + query).query(String.class).list());
    }

    @Test
    void aFileOfACheckpointIsDownloadedWholeAndInParts() throws Exception {
        Job job = some.queued(experiment);
        Path folder = Files.createDirectories(home.jobs().resolve(job.id()).resolve("step-5"));
        Files.writeString(folder.resolve("adapter_model.safetensors"), "0123456789");
        Files.writeString(folder.resolve("secret"), "not listed");
        String sum = Sha256.of("0123456789");
        Checkpoint.File file = new Checkpoint.File("adapter_model.safetensors", 10, sum);
        context.getBean(Checkpoints.class)
                .save(
                        new Checkpoint(
                                "ckpt_" + job.id(),
                                job.id(),
                                1,
                                5,
                                0.5,
                                50,
                                "adapter",
                                false,
                                "jobs/" + job.id() + "/step-5",
                                List.of(file),
                                "content"));
        String files = "/api/v1/checkpoints/ckpt_" + job.id() + "/files/";

        get(files + "adapter_model.safetensors")
                .expectStatus()
                .isOk()
                .expectHeader()
                .valueEquals("ETag", "\"" + sum + "\"")
                .expectHeader()
                .contentLength(10)
                .expectBody(String.class)
                .isEqualTo("0123456789");
        client.get()
                .uri(files + "adapter_model.safetensors")
                .header("Range", "bytes=2-4")
                .exchange()
                .expectStatus()
                .isEqualTo(HttpStatus.PARTIAL_CONTENT)
                .expectBody(String.class)
                .isEqualTo("234");
        client.get()
                .uri(files + "adapter_model.safetensors")
                .header("If-None-Match", "\"" + sum + "\"")
                .exchange()
                .expectStatus()
                .isNotModified();
        get(files + "secret").expectStatus().isNotFound();
        get(files + "../step-5/adapter_model.safetensors").expectStatus().is4xxClientError();
        get("/api/v1/jobs/" + job.id() + "/checkpoints")
                .expectBody()
                .jsonPath("$.data[0].bytes")
                .isEqualTo(10)
                .jsonPath("$.data[0].files[0].sha256")
                .isEqualTo(sum);
    }

    @Test
    void whatIsNotThereIsAProblemThatSaysWhatToDo() {
        for (String path :
                List.of(
                        "jobs/job_gone",
                        "jobs/job_gone/metrics",
                        "jobs/job_gone/metrics/keys",
                        "jobs/job_gone/logs",
                        "jobs/job_gone/checkpoints",
                        "jobs/job_gone/evaluations",
                        "experiments/exp_gone",
                        "experiments/exp_gone/tradeoff",
                        "checkpoints/ckpt_gone",
                        "checkpoints/ckpt_gone/files/x",
                        "evaluations/eval_gone/items"))
            get("/api/v1/" + path)
                    .expectStatus()
                    .isNotFound()
                    .expectHeader()
                    .contentType(MediaType.APPLICATION_PROBLEM_JSON);
        get("/api/v1/jobs/" + some.queued(experiment).id() + "/metrics?max_points=1")
                .expectStatus()
                .isBadRequest();
    }

    private ResponseSpec get(String path) {
        return client.get().uri(path).exchange();
    }

    private ResponseSpec delete(String path) {
        return client.method(HttpMethod.DELETE).uri(path).exchange();
    }

    private ResponseSpec post(String path, String body) {
        return client.post()
                .uri(path)
                .contentType(MediaType.APPLICATION_JSON)
                .body(body)
                .exchange();
    }

    private ResponseSpec edit(String path, String eTag, String name) {
        return client.patch()
                .uri(path)
                .header("If-Match", eTag)
                .contentType(MediaType.APPLICATION_JSON)
                .body("{\"name\": \"%s\"}".formatted(name))
                .exchange();
    }

    private int entryOf(String path) {
        String job = path.substring(path.lastIndexOf('/') + 1);
        return database.sql("select count(*) from scheduled_tasks where task_instance like :like")
                .param("like", job + ".%")
                .query(Integer.class)
                .single();
    }
}
