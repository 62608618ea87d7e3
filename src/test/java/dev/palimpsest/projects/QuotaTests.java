package dev.palimpsest.projects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.ServiceTest;
import dev.palimpsest.access.Callers;
import dev.palimpsest.spec.Binder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.servlet.client.EntityExchangeResult;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import tools.jackson.databind.JsonNode;

@ServiceTest
@TestPropertySource(properties = "palimpsest.role=api")
class QuotaTests {
    private static final String EXPERIMENT =
            """
            {"name": "small", "base_model": "palimpsest-mini", "learning_tasks": ["gsm8k_perplexity"],
             "forgetting_tasks": ["definitions_perplexity"]}""";

    private static final String JOB =
            """
            {"experiment": "%s", "dataset": {"train": "gsm8k-train"}, "method": {"type": "full"},
             "training": {"max_steps": 1, "learning_rate": 1e-3, "sequence_length": 64, "batch_size": 1}}""";

    private static final String SCORING =
            """
            {"model": "palimpsest-mini", "tasks": [{"name": "gsm8k_perplexity", "limit": 2}]}""";

    private static final String FILLED =
            """
            insert into checkpoints (id, job, attempt, step, epoch, tokens, kind, folder, files, content, created_at)
            values ('ckpt_' || :job, :job, 1, 1, 1, 1, 'adapter', 'jobs/nowhere', '[{"path": "a", "bytes": 900}, {"path": "b", "bytes": 90}]', 'abc', now())
            """;

    @Autowired RestTestClient client;
    @Autowired JdbcClient database;
    private String project = "";
    private String experiment = "";

    @BeforeEach
    void aProjectWithAnExperiment() {
        project = "quota-" + UUID.randomUUID().toString().substring(0, 8);
        ask(HttpMethod.POST, "projects", null, "{\"id\": \"%s\"}".formatted(project));
        experiment =
                json(ask(HttpMethod.POST, "experiments", project, EXPERIMENT))
                        .get("id")
                        .stringValue();
    }

    @Test
    void quotasAreEditedByWhoReadThem() {
        EntityExchangeResult<byte[]> read = ask(HttpMethod.GET, "projects/" + project, null, null);
        String tag = String.valueOf(read.getResponseHeaders().getETag());

        EntityExchangeResult<byte[]> edited =
                edit(
                        "{\"weight\": 2, \"quotas\": {\"running_jobs\": 3, \"storage_bytes\": 1000}}",
                        tag);
        EntityExchangeResult<byte[]> stale = edit("{\"weight\": 3}", tag);

        assertThat(json(read).get("weight").doubleValue()).isEqualTo(1);
        assertThat(json(read).at("/quotas/running_jobs").isNull()).isTrue();
        assertThat(json(read).at("/use/device_seconds").longValue()).isZero();
        assertThat(json(edited).get("weight").doubleValue()).isEqualTo(2);
        assertThat(json(edited).at("/quotas/running_jobs").intValue()).isEqualTo(3);
        assertThat(json(edited).at("/quotas/device_seconds").isNull()).isTrue();
        assertThat(stale.getStatus().value()).isEqualTo(412);
        assertThat(
                        edit("{\"weight\": 0, \"quotas\": {\"running_jobs\": -1}}", null)
                                .getStatus()
                                .value())
                .isEqualTo(422);
        assertThat(ask(HttpMethod.GET, "projects/nowhere", null, null).getStatus().value())
                .isEqualTo(404);
    }

    @Test
    void whatHasHadTheDevicesForAsLongAsItMayIsRefusedNewJobs() {
        edit("{\"quotas\": {\"device_seconds\": 3600}}", null);
        int before = submitted().getStatus().value();
        use(2000, 1);
        use(1500, 29);
        use(9999, 30);
        int stillRoom = submitted().getStatus().value();
        use(200, 3);

        EntityExchangeResult<byte[]> refused = submitted();
        EntityExchangeResult<byte[]> scoring =
                ask(HttpMethod.POST, "evaluations", project, SCORING);
        EntityExchangeResult<byte[]> text = said();

        assertThat(before).isEqualTo(202);
        assertThat(stillRoom).isEqualTo(202);
        assertThat(refused.getStatus().value()).isEqualTo(403);
        assertThat(json(refused).get("type").stringValue()).endsWith("over-quota");
        assertThat(json(refused).get("detail").stringValue())
                .contains(project)
                .contains("3700 of its quota of 3600 device_seconds");
        assertThat(scoring.getStatus().value()).isEqualTo(403);
        assertThat(json(scoring).get("type").stringValue()).endsWith("over-quota");
        assertThat(text.getStatus().value()).isEqualTo(403);
        assertThat(json(text).at("/error/code").stringValue()).isEqualTo("over_quota");
        assertThat(database.sql("select count(*) from completions").query(Long.class).single())
                .isZero();
    }

    @Test
    void whatKeepsAsMuchAsItMayIsRefusedMore() {
        String job = json(submitted()).get("id").stringValue();
        database.sql(FILLED).param("job", job).update();
        edit("{\"quotas\": {\"storage_bytes\": 1000}}", null);

        assertThat(submitted().getStatus().value()).isEqualTo(202);
        assertThat(
                        json(ask(HttpMethod.GET, "projects/" + project, null, null))
                                .at("/use/storage_bytes")
                                .longValue())
                .isEqualTo(990);
        EntityExchangeResult<byte[]> upload = upload();
        edit("{\"quotas\": {\"storage_bytes\": 990}}", null);
        EntityExchangeResult<byte[]> refused = submitted();

        assertThat(upload.getStatus().value()).isEqualTo(403);
        assertThat(json(upload).get("detail").stringValue())
                .contains("990 of its quota of 1000 storage_bytes");
        assertThat(
                        ask(HttpMethod.GET, "datasets/" + project + "~d", project, null)
                                .getStatus()
                                .value())
                .isEqualTo(404);
        assertThat(refused.getStatus().value()).isEqualTo(403);
        assertThat(
                        ask(
                                        HttpMethod.POST,
                                        "models",
                                        project,
                                        "{\"name\": \"%s~m\", \"source\": {\"type\": \"hub\", \"id\": \"a/b\"}}"
                                                .formatted(project))
                                .getStatus()
                                .value())
                .isEqualTo(403);
    }

    @Test
    void aJobThatItsProjectsQuotaKeepsWaitingSaysSo() {
        edit("{\"quotas\": {\"running_jobs\": 0}}", null);
        database.sql(
                        "insert into workers (id, device, memory_bytes, threads, started_at, last_heartbeat) values ('w', 'cpu', 1099511627776, 1, now(), now())")
                .update();

        JsonNode waiting = json(submitted());

        database.sql("delete from workers where id = 'w'").update();
        assertThat(waiting.get("waits_until").stringValue()).contains("quota running_jobs");
    }

    private void use(long seconds, int daysAgo) {
        database.sql(
                        "insert into device_use (project, day, seconds) values (?, (now() at time zone 'UTC')::date - ?, ?)")
                .param(project)
                .param(daysAgo)
                .param(seconds)
                .update();
    }

    private EntityExchangeResult<byte[]> submitted() {
        return ask(HttpMethod.POST, "jobs", project, JOB.formatted(experiment));
    }

    private EntityExchangeResult<byte[]> said() {
        return client.post()
                .uri("/v1/completions")
                .header(Callers.PROJECT, project)
                .contentType(MediaType.APPLICATION_JSON)
                .body("{\"model\": \"palimpsest-mini\", \"prompt\": \"a\"}")
                .exchange()
                .expectBody()
                .returnResult();
    }

    private EntityExchangeResult<byte[]> upload() {
        return client.post()
                .uri("/api/v1/datasets")
                .header(Callers.PROJECT, project)
                .contentType(MediaType.MULTIPART_FORM_DATA)
                .body(dataset())
                .exchange()
                .expectBody()
                .returnResult();
    }

    private MultiValueMap<String, Object> dataset() {
        MultiValueMap<String, Object> form = new LinkedMultiValueMap<>();
        form.add("name", project + "~d");
        form.add("format", "text");
        form.add("file_format", "jsonl");
        form.add(
                "file",
                new ByteArrayResource(
                        "{\"text\": \"eleven bytes and more\"}\n"
                                .getBytes(StandardCharsets.UTF_8)) {
                    @Override
                    public String getFilename() {
                        return "d.jsonl";
                    }
                });
        return form;
    }

    private EntityExchangeResult<byte[]> edit(String body, @Nullable String tag) {
        RestTestClient.RequestBodySpec request =
                client.patch()
                        .uri("/api/v1/projects/" + project)
                        .contentType(MediaType.APPLICATION_JSON);
        if (tag != null) request.header(HttpHeaders.IF_MATCH, tag);
        return request.body(body).exchange().expectBody().returnResult();
    }

    private EntityExchangeResult<byte[]> ask(
            HttpMethod method, String path, @Nullable String in, @Nullable String body) {
        RestTestClient.RequestBodySpec request = client.method(method).uri("/api/v1/" + path);
        if (in != null) request.header(Callers.PROJECT, in);
        if (body != null) request.contentType(MediaType.APPLICATION_JSON).body(body);
        return request.exchange().expectBody().returnResult();
    }

    private static JsonNode json(EntityExchangeResult<byte[]> answer) {
        return Binder.JSON.readTree(answer.getResponseBodyContent());
    }
}
