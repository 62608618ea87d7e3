package dev.palimpsest.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.Api;
import dev.palimpsest.ServiceTest;
import dev.palimpsest.spec.Binder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.servlet.client.EntityExchangeResult;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;

/**
 * Two projects on one service. One has something of everything; the other's administrator tries
 * every way into it.
 */
@ServiceTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestPropertySource(
        properties = {"palimpsest.role=api", "palimpsest.access.admin-key=" + AccessTests.ADMIN})
class TenantTests {
    private static final String ADMIN = AccessTests.ADMIN;
    private static final String OTHER = "vision";

    /** What is no project's, or is asked by another path too. */
    private static final List<String> OTHERS =
            List.of("/actuator", "/ajax-api", "/api/v1/projects");

    /** What is asked for instead: as long as an id, and of nothing. */
    private static final String NOTHING = "nothing_0000000000000000000000";

    /** What some ways want to be told besides. */
    private static final Map<String, String> WANTED =
            Map.of(
                    "best", "?forgetting_at_most=1",
                    "preview", "?model=palimpsest-mini",
                    "contamination", "?task=gsm8k");

    private static final String TEMPLATE =
            "\"template\": {\"dataset\": {\"train\": \"gsm8k-validation\"}, \"training\": {\"batch_size\": 1, \"sequence_length\": 64}, \"evaluation\": {\"limit\": 1}}";

    private static final String STUDY =
            "{"
                    + TEMPLATE
                    + ", \"full\": false, \"ranks\": [2], \"rates\": {\"lora\": [1e-4, 1e-3], \"length\": 1}, \"ladder\": {\"kind\": \"runs\", \"steps\": [1, 2]}, \"seeds\": [1]}";

    private static final String SWEEP =
            """
            {"template": {"dataset": {"train": "gsm8k-train"}, "method": {"type": "full"}, "training": {"max_steps": 1, "learning_rate": 1e-3}},
             "grid": {"training.seed": [1]}}""";

    private static final String ROWS =
            """
            insert into base_models (name, version, status, source, content_hash, created_at)
                values ('secret-model', 0, 'ready', '{"type": "directory", "path": "/nowhere"}', 'abc', now());
            insert into datasets (name, version, format, status, documents, bytes, sha256, built_in, created_at, ready_at)
                values ('secret-dataset', 0, 'rows', 'ready', 1, 1, 'abc', false, now(), now());
            insert into tasks (name, version, definition, created_at)
                values ('secret-task', 0, '{"name": "secret-task", "type": "perplexity", "dataset": "secret-dataset", "text": "text"}', now());
            insert into checkpoints (id, job, attempt, step, epoch, tokens, kind, folder, files, content, created_at)
                values ('ckpt_secret', 'JOB', 1, 8, 1, 1, 'adapter', 'jobs/nowhere', '[]', 'abc', now());
            insert into exports (id, checkpoint, base_model, form, status, attempt, files, created_at)
                values ('exp_ort_secret', 'ckpt_secret', 'palimpsest-mini', 'merged', 'queued', 0, '[]', now());
            insert into decompositions (id, checkpoint, intruders, status, attempt, created_at)
                values ('dec_secret', 'ckpt_secret', false, 'queued', 0, now());
            """;

    @LocalServerPort int port;
    @Autowired JdbcClient database;

    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    RequestMappingHandlerMapping mappings;

    private final Map<String, String> made = new LinkedHashMap<>();
    private String owner = "";
    private String stranger = "";

    @BeforeAll
    void oneProjectHasSomethingOfEverything() {
        ask(HttpMethod.POST, "/api/v1/projects", ADMIN, "{\"id\": \"" + OTHER + "\"}");
        owner = key(ADMIN, null);
        stranger = key(ADMIN, OTHER);
        String experiment =
                made(
                        "experiments",
                        "/api/v1/experiments",
                        """
                        {"name": "secret-experiment", "base_model": "palimpsest-mini", "learning_tasks": ["gsm8k_perplexity"],
                         "forgetting_tasks": ["definitions_perplexity"]}""");
        String job =
                made(
                        "jobs",
                        "/api/v1/jobs",
                        """
                        {"experiment": "%s", "name": "secret-job", "executor": "external", "dataset": {"train": "elsewhere"},
                         "method": {"type": "full"}, "training": {"max_steps": 10, "learning_rate": 1e-3}}"""
                                .formatted(experiment));
        String its = "/api/v1/experiments/" + experiment;
        made("sweeps", its + "/sweeps", SWEEP);
        made("studies", its + "/studies", STUDY);
        done(
                ask(
                        HttpMethod.POST,
                        "/api/v1/jobs/" + job + "/metrics",
                        owner,
                        """
                        {"data": [{"key": "eval/gsm8k_perplexity/bits_per_byte", "step": 7, "value": 1.5},
                                  {"key": "eval/definitions_perplexity/bits_per_byte", "step": 7, "value": 1.5}]}"""));
        made(
                "scorings",
                "/api/v1/evaluations",
                "{\"model\": \"palimpsest-mini\", \"tasks\": [{\"name\": \"gsm8k_perplexity\", \"limit\": 1}]}");
        made(
                "webhooks",
                "/api/v1/webhooks",
                "{\"url\": \"https://93.184.215.14/secret\", \"events\": [\"job.succeeded\"]}");
        made("keys", "/api/v1/keys", "{\"name\": \"secret-key\", \"scope\": \"read\"}");
        for (String row : ROWS.replace("JOB", job).split(";\n")) database.sql(row).update();
        made.putAll(
                Map.of(
                        "checkpoints", "ckpt_secret",
                        "exports", "exp_ort_secret",
                        "models", "secret-model",
                        "datasets", "secret-dataset",
                        "tasks", "secret-task",
                        "files", file()));
        made.put(
                "evaluations",
                database.sql("select evaluation from job_evaluations where job = ? limit 1")
                        .param(job)
                        .query(String.class)
                        .single());
        made.put("fine_tuning/jobs", job.replace("job_", "ftjob-"));
    }

    @Test
    void whatAnotherProjectHasIsAnsweredLikeWhatThereIsNot() {
        List<String> wrong = new ArrayList<>();
        Set<String> ways = new TreeSet<>();
        for (Endpoint endpoint : endpoints())
            for (String body : bodies(endpoint)) {
                if (!endpoint.path().contains("{") && body == null) continue;
                Answer owned = answer(endpoint, made, body);
                Answer unknown = answer(endpoint, Map.of(), body);
                ways.add(endpoint.method() + " " + endpoint.path());
                boolean same =
                        owned.status() == unknown.status() && owned.text().equals(unknown.text());
                boolean looks = endpoint.method() == HttpMethod.GET;
                if (!same || owned.status() < 400 || looks && owned.status() != 404)
                    wrong.add(
                            "%s %s: %d, not %d; %s, not %s"
                                    .formatted(
                                            endpoint.method(),
                                            endpoint.path(),
                                            owned.status(),
                                            unknown.status(),
                                            owned.text(),
                                            unknown.text()));
            }
        assertThat(wrong).isEmpty();
        assertThat(ways).hasSizeGreaterThan(90);
    }

    @Test
    void itsOwnersSeeAllOfIt() {
        List<String> wrong = new ArrayList<>();
        for (var its : made.entrySet()) {
            if (List.of("keys", "tasks").contains(its.getKey()))
                continue; // listed only, and without its rows
            String root =
                    List.of("files", "fine_tuning/jobs").contains(its.getKey())
                            ? "/v1/"
                            : "/api/v1/";
            int status =
                    ask(HttpMethod.GET, root + its.getKey() + "/" + its.getValue(), owner, null)
                            .getStatus()
                            .value();
            if (status != 200) wrong.add(its + ": " + status);
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void noListAndNoCountNamesWhatAnotherProjectHas() {
        List<String> telling = new ArrayList<>();
        for (Endpoint endpoint : endpoints()) {
            if (endpoint.method() != HttpMethod.GET
                    || endpoint.path().contains("{")
                    || endpoint.path().equals("/api/v1/audit")) continue;
            String text = text(ask(HttpMethod.GET, endpoint.path(), stranger, null));
            for (String its : made.values())
                if (text.contains(its)) telling.add(endpoint.path() + " names " + its);
            if (text.contains("secret")) telling.add(endpoint.path() + " names a secret");
        }
        for (String path :
                List.of("/api/2.0/mlflow/experiments/search", "/api/2.0/mlflow/runs/search"))
            if (text(ask(
                            HttpMethod.POST,
                            path,
                            stranger,
                            "{\"max_results\": 100, \"experiment_ids\": []}"))
                    .contains("secret")) telling.add(path);

        assertThat(telling).isEmpty();
        assertThat(json(ask(HttpMethod.GET, "/api/v1/jobs/count", stranger, null)).toString())
                .doesNotContainPattern("[1-9]");
    }

    @Test
    void theTrailTellsAProjectWhatWasDoneInIt() {
        ask(HttpMethod.DELETE, "/api/v1/experiments/" + made.get("experiments"), stranger, null);

        JsonNode entries =
                json(ask(HttpMethod.GET, "/api/v1/audit?limit=1000", stranger, null)).get("data");
        Set<String> callers = new TreeSet<>();
        entries.forEach(entry -> callers.add(entry.get("caller").stringValue()));
        assertThat(callers)
                .contains(Secret.read(stranger).orElseThrow().key(), "administrator")
                .doesNotContain(Secret.read(owner).orElseThrow().key());
    }

    @Test
    void aNewThingMayNotReferToWhatAnotherProjectHas() {
        String experiment =
                json(done(
                                ask(
                                        HttpMethod.POST,
                                        "/api/v1/experiments",
                                        stranger,
                                        """
                                                {"name": "own", "base_model": "palimpsest-mini", "learning_tasks": ["gsm8k_perplexity"]}""")))
                        .get("id")
                        .stringValue();
        String job =
                """
                {"experiment": "EXPERIMENT", "dataset": {"train": "DATASET"}, "method": {"type": "full"},
                 "training": {"max_steps": 1, "learning_rate": 1e-3}, "evaluation": {"limit": 1}}""";

        refused(
                "/api/v1/experiments",
                "{\"name\": \"x\", \"base_model\": \"secret-model\", \"learning_tasks\": [\"gsm8k_perplexity\"]}",
                "secret-model");
        refused(
                "/api/v1/experiments",
                "{\"name\": \"x\", \"base_model\": \"palimpsest-mini\", \"learning_tasks\": [\"secret-task\"]}",
                "secret-task");
        refused(
                "/api/v1/jobs",
                job.replace("EXPERIMENT", made.get("experiments"))
                        .replace("DATASET", "gsm8k-train"),
                made.get("experiments"));
        refused(
                "/api/v1/jobs",
                job.replace("EXPERIMENT", experiment).replace("DATASET", "secret-dataset"),
                "secret-dataset");
        refused(
                "/api/v1/evaluations",
                "{\"model\": \"secret-model\", \"tasks\": [{\"name\": \"gsm8k_perplexity\", \"limit\": 1}]}",
                "secret-model");
        refused(
                "/api/v1/evaluations",
                "{\"checkpoint\": \"ckpt_secret\", \"tasks\": [{\"name\": \"gsm8k_perplexity\", \"limit\": 1}]}",
                "ckpt_secret");
        refused(
                "/v1/fine_tuning/jobs",
                "{\"model\": \"palimpsest-mini\", \"training_file\": \"%s\"}"
                        .formatted(made.get("files")),
                made.get("files"));

        assertThat(
                        ask(HttpMethod.GET, "/api/v1/experiments/" + experiment, owner, null)
                                .getStatus()
                                .value())
                .isEqualTo(404);
        assertThat(
                        ask(HttpMethod.GET, "/api/v1/experiments/" + experiment, stranger, null)
                                .getStatus()
                                .value())
                .isEqualTo(200);
    }

    @Test
    void namesOfTheCatalogBeginWithTheirProject() {
        String asked =
                "{\"name\": \"%s\", \"source\": {\"type\": \"directory\", \"path\": \"/nowhere\"}}";
        for (String name : List.of("secret-model", "free", "other~model"))
            assertThat(
                            text(
                                    ask(
                                            HttpMethod.POST,
                                            "/api/v1/models",
                                            stranger,
                                            asked.formatted(name))))
                    .contains("must begin with 'vision~'");
        assertThat(
                        text(
                                ask(
                                        HttpMethod.POST,
                                        "/api/v1/models",
                                        owner,
                                        asked.formatted("vision~model"))))
                .contains("must have no '~'");
        assertThat(
                        text(
                                ask(
                                        HttpMethod.POST,
                                        "/api/v1/models",
                                        stranger,
                                        asked.formatted("vision~model"))))
                .contains("/source")
                .doesNotContain("/name");
    }

    @Test
    void whoRunsTheServiceWorksInAnyProjectAndAKeyInItsOwn() {
        assertThat(
                        ask(
                                        HttpMethod.GET,
                                        "/api/v1/experiments/" + made.get("experiments"),
                                        ADMIN,
                                        null)
                                .getStatus()
                                .value())
                .isEqualTo(200);
        assertThat(in(OTHER, ADMIN)).isEqualTo(404);
        assertThat(in("nowhere", ADMIN)).isEqualTo(403);
        assertThat(in(OTHER, owner)).isEqualTo(403);
        assertThat(in("default", owner)).isEqualTo(200);
        assertThat(
                        json(ask(HttpMethod.GET, "/api/v1/session", stranger, null))
                                .get("project")
                                .stringValue())
                .isEqualTo(OTHER);
        assertThat(json(ask(HttpMethod.GET, "/api/v1/projects", ADMIN, null)).get("data"))
                .hasSize(2);
        assertThat(
                        ask(HttpMethod.POST, "/api/v1/projects", ADMIN, "{\"id\": \"vision\"}")
                                .getStatus()
                                .value())
                .isEqualTo(409);
        assertThat(
                        ask(HttpMethod.POST, "/api/v1/projects", ADMIN, "{\"id\": \"Vision!\"}")
                                .getStatus()
                                .value())
                .isEqualTo(422);
        assertThat(
                        ask(HttpMethod.POST, "/api/v1/projects", owner, "{\"id\": \"mine\"}")
                                .getStatus()
                                .value())
                .isEqualTo(403);
    }

    private int in(String project, String key) {
        return Api.once(port)
                .get()
                .uri("/api/v1/experiments/" + made.get("experiments"))
                .header("Authorization", "Bearer " + key)
                .header(Callers.PROJECT, project)
                .exchange()
                .expectBody()
                .returnResult()
                .getStatus()
                .value();
    }

    private void refused(String path, String body, @Nullable String named) {
        EntityExchangeResult<byte[]> answer = ask(HttpMethod.POST, path, stranger, body);
        assertThat(answer.getStatus().value()).as(path + text(answer)).isBetween(400, 499);
        String unknown =
                text(
                        ask(
                                HttpMethod.POST,
                                path,
                                stranger,
                                body.replace(String.valueOf(named), "nothing")));
        assertThat(plain(text(answer)).replace(String.valueOf(named), "nothing"))
                .isEqualTo(plain(unknown));
    }

    private List<Endpoint> endpoints() {
        return Endpoint.all(mappings).stream()
                .filter(endpoint -> !endpoint.path().contains("**"))
                .filter(endpoint -> OTHERS.stream().noneMatch(endpoint.path()::startsWith))
                .toList();
    }

    /** None, and for the ways of MLflow's clients, which name things in bodies, one that does. */
    private static List<@Nullable String> bodies(Endpoint endpoint) {
        List<@Nullable String> bodies = new ArrayList<>();
        if (endpoint.path().contains("mlflow")
                && endpoint.method() == HttpMethod.POST
                && !endpoint.path().endsWith("search")
                && !endpoint.path().endsWith("experiments/create"))
            bodies.add(
                    """
                    {"run_id": "JOB", "experiment_id": "EXPERIMENT", "key": "k", "value": VALUE, "timestamp": 1, "step": 1, "status": "FINISHED",
                     "metrics": [{"key": "k", "value": 1, "timestamp": 1, "step": 1}]}"""
                            .replace(
                                    "VALUE",
                                    endpoint.path().endsWith("log-metric") ? "1" : "\"v\""));
        else bodies.add(null);
        return bodies;
    }

    private record Answer(int status, String text) {}

    /** Asked by the stranger; what is asked for is left out of what is answered. */
    private Answer answer(Endpoint endpoint, Map<String, String> things, @Nullable String body) {
        String experiment = things.getOrDefault("experiments", NOTHING);
        String job = things.getOrDefault("jobs", NOTHING);
        String path = endpoint.path();
        if (path.contains("mlflow/"))
            path +=
                    "?run_id=%s&experiment_id=%s&metric_key=k&experiment_name=%s"
                            .formatted(
                                    job,
                                    experiment,
                                    things.isEmpty() ? NOTHING : "secret-experiment");
        String wanted = WANTED.get(path.replaceFirst(".*/", ""));
        if (wanted != null) path += wanted;
        if (path.contains("difference"))
            path += "?from=" + things.getOrDefault("evaluations", NOTHING);
        if (path.contains("{")) {
            String kind =
                    endpoint.path().replaceFirst("^/(api/)?v1/", "").replaceFirst("/\\{.*", "");
            String thing = things.getOrDefault(kind, NOTHING);
            path =
                    path.replaceAll("\\{\\*[a-z]+}", "/file")
                            .replaceFirst("\\{[a-z_]+}", thing)
                            .replaceAll("\\{[a-z_]+}", "nothing");
        }
        String asked =
                body == null ? null : body.replace("JOB", job).replace("EXPERIMENT", experiment);
        EntityExchangeResult<byte[]> answer = ask(endpoint.method(), path, stranger, asked);
        String text = plain(text(answer));
        List<String> named = new ArrayList<>(things.values());
        named.add("secret-experiment");
        for (String name : named) text = text.replace(name, NOTHING);
        return new Answer(answer.getStatus().value(), text);
    }

    /** Without what differs from one request to the next. */
    private static String plain(String text) {
        return text.replaceAll("req_[0-9a-z]+", "req").replaceAll("\"instance\": ?\"[^\"]*\"", "");
    }

    private EntityExchangeResult<byte[]> ask(
            HttpMethod method, String path, String key, @Nullable String body) {
        return ask(method, path, key, null, body);
    }

    private EntityExchangeResult<byte[]> ask(
            HttpMethod method,
            String path,
            String key,
            @Nullable String project,
            @Nullable String body) {
        var request =
                Api.once(port).method(method).uri(path).header("Authorization", "Bearer " + key);
        if (project != null) request.header(Callers.PROJECT, project);
        if (body != null) request.contentType(MediaType.APPLICATION_JSON).body(body);
        return request.exchange().expectBody().returnResult();
    }

    private String key(String by, @Nullable String project) {
        return json(done(
                        ask(
                                HttpMethod.POST,
                                "/api/v1/keys",
                                by,
                                project,
                                "{\"name\": \"key\", \"scope\": \"administer\"}")))
                .get("key")
                .stringValue();
    }

    private String made(String kind, String path, String body) {
        String id = json(done(ask(HttpMethod.POST, path, owner, body))).get("id").stringValue();
        made.put(kind, id);
        return id;
    }

    private String file() {
        MultiValueMap<String, Object> form = new LinkedMultiValueMap<>();
        form.add("purpose", "fine-tune");
        form.add(
                "file",
                new ByteArrayResource(
                        "{\"prompt\": \"1+1=\", \"completion\": \"2\"}\n"
                                .repeat(10)
                                .getBytes(StandardCharsets.UTF_8)) {
                    @Override
                    public String getFilename() {
                        return "secret.jsonl";
                    }
                });
        return json(done(
                        Api.once(port)
                                .post()
                                .uri("/v1/files")
                                .header("Authorization", "Bearer " + owner)
                                .contentType(MediaType.MULTIPART_FORM_DATA)
                                .body(form)
                                .exchange()
                                .expectBody()
                                .returnResult()))
                .get("id")
                .stringValue();
    }

    private static EntityExchangeResult<byte[]> done(EntityExchangeResult<byte[]> answer) {
        assertThat(answer.getStatus().is2xxSuccessful()).as(text(answer)).isTrue();
        return answer;
    }

    private static JsonNode json(EntityExchangeResult<byte[]> answer) {
        return Binder.JSON.readTree(answer.getResponseBodyContent());
    }

    private static String text(EntityExchangeResult<byte[]> answer) {
        return new String(answer.getResponseBodyContent(), StandardCharsets.UTF_8);
    }
}
