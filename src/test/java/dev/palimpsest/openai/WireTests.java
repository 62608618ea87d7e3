package dev.palimpsest.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.Api;
import dev.palimpsest.ServiceTest;
import dev.palimpsest.SettableClock;
import dev.palimpsest.spec.Binder;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.http.MediaType;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import tools.jackson.databind.JsonNode;

/** What clients do on the wire and no type of theirs says. */
@ServiceTest
@TestPropertySource(properties = "palimpsest.role=api")
class WireTests {
    private static final String RETRIES = "x-stainless-retry-count";

    @Autowired RestTestClient client;
    @Autowired SettableClock clock;
    @LocalServerPort int port;

    @Test
    void aRequestThatIsSentAgainMakesNoSecondJob() {
        String order = order(upload("again.jsonl", 0, null).get("id").stringValue(), "again");

        String first = create(order, 0, 200).get("id").stringValue();
        String retried = create(order, 1, 200).get("id").stringValue();
        String another = create(order, 0, 200).get("id").stringValue();
        clock.advance(Duration.ofMinutes(11));
        String muchLater = create(order, 1, 200).get("id").stringValue();

        assertThat(retried).isEqualTo(first);
        assertThat(another).isNotEqualTo(first);
        assertThat(muchLater).isNotIn(first, another);
    }

    @Test
    void aFileThatIsSentAgainIsTheSameFile() {
        String first = upload("twice.jsonl", 0, null).get("id").stringValue();

        assertThat(upload("twice.jsonl", 1, null).get("id").stringValue()).isEqualTo(first);
        assertThat(upload("twice.jsonl", 0, null).get("id").stringValue()).isNotEqualTo(first);
    }

    @Test
    void jobsWithoutAnExperimentShareOneForTheirModelAndTasks() {
        String file = upload("shared.jsonl", 0, null).get("id").stringValue();

        JsonNode first = create(order(file, "one"), 0, 200);
        JsonNode second = create(order(file, "two"), 0, 200);
        JsonNode experiment =
                new Api(client).get("experiments/" + first.get("experiment").stringValue());

        assertThat(second.get("experiment")).isEqualTo(first.get("experiment"));
        assertThat(experiment.get("name").stringValue())
                .isEqualTo("Fine-tuning of palimpsest-mini");
        JsonNode named =
                create(
                        order(file, "three")
                                .replace(
                                        "\"suffix\"",
                                        "\"experiment\": \"%s\", \"suffix\""
                                                .formatted(experiment.get("id").stringValue())),
                        0,
                        200);
        assertThat(named.get("experiment")).isEqualTo(first.get("experiment"));
    }

    @Test
    void aListEndsAfterItsLastIdWithNothing() {
        String file = upload("listed.jsonl", 0, null).get("id").stringValue();
        String oldest = create(order(file, "listed"), 0, 200).get("id").stringValue();

        for (String list :
                new String[] {
                    "/v1/fine_tuning/jobs?metadata%5Bnobody%5D=has&after=" + oldest,
                    "/v1/fine_tuning/jobs/" + oldest + "/checkpoints?after=ftckpt_gone",
                    "/v1/files?order=asc&after=file-zzz"
                }) {
            JsonNode page = get(list, 200);
            assertThat(page.get("object").stringValue()).isEqualTo("list");
            assertThat(page.get("data")).isEmpty();
            assertThat(page.get("has_more").asBoolean()).isFalse();
            assertThat(page.get("last_id").isNull()).isTrue();
        }
        JsonNode events = get("/v1/fine_tuning/jobs/" + oldest + "/events", 200);
        assertThat(events.get("data")).hasSize(1);
        String last = events.get("last_id").stringValue();
        assertThat(get("/v1/fine_tuning/jobs/" + oldest + "/events?after=" + last, 200).get("data"))
                .isEmpty();
    }

    @Test
    void filesOfResultsAreListedAmongThoseThatWereSent() {
        String older = upload("older.jsonl", 0, null).get("id").stringValue();
        String results = ended("succeeded").replace("job_", "file-results-");
        String failed = ended("failed").replace("job_", "file-results-");
        String newer = upload("newer.jsonl", 0, null).get("id").stringValue();

        assertThat(pages("", "desc")).containsSubsequence(newer, results, older);
        assertThat(pages("", "asc")).containsSubsequence(older, results, newer);
        assertThat(pages("&purpose=fine-tune-results", "desc"))
                .contains(results)
                .doesNotContain(newer, failed);
        assertThat(pages("&purpose=fine-tune", "desc")).contains(newer).doesNotContain(results);
        assertThat(pages("&purpose=assistants", "desc")).isEmpty();
    }

    /** All ids, a page of two at a time. */
    private List<String> pages(String filter, String order) {
        List<String> ids = new ArrayList<>();
        boolean more = true;
        while (more) {
            String after = ids.isEmpty() ? "" : "&after=" + ids.getLast();
            JsonNode page = get("/v1/files?limit=2&order=" + order + filter + after, 200);
            page.get("data").forEach(file -> ids.add(file.get("id").stringValue()));
            more = page.get("has_more").asBoolean();
        }
        return ids;
    }

    /** A job that was trained elsewhere. */
    private String ended(String outcome) {
        Api api = new Api(client);
        String experiment =
                api.post(
                                "experiments",
                                """
                                {"name": "elsewhere", "base_model": "palimpsest-mini", "learning_tasks": ["gsm8k_perplexity"]}""",
                                201)
                        .get("id")
                        .stringValue();
        String job =
                api.post(
                                "jobs",
                                """
                                {"experiment": "%s", "executor": "external", "dataset": {"train": "elsewhere"},
                                 "method": {"type": "full"}, "training": {"max_steps": 1, "learning_rate": 1e-3}}"""
                                        .formatted(experiment),
                                Api.ANY_SUCCESS)
                        .get("id")
                        .stringValue();
        api.post("jobs/" + job + "/end", "{\"outcome\": \"%s\"}".formatted(outcome), 200);
        return job;
    }

    @Test
    void aPathThatIsNotHereIsAnErrorThatClientsRead() {
        JsonNode missing = get("/v1/assistants", 404);

        assertThat(missing.at("/error/code").stringValue()).isEqualTo("not_found");
        assertThat(missing.at("/error/message").stringValue()).contains("/v1/assistants");
        assertThat(missing.at("/error").propertyNames())
                .containsExactlyInAnyOrder("message", "type", "param", "code");
    }

    @Test
    void theBytesOfAFileAreAnsweredWhateverIsAccepted() {
        String file = upload("bytes.jsonl", 0, null).get("id").stringValue();

        byte[] bytes =
                client.get()
                        .uri("/v1/files/" + file + "/content")
                        .header("Accept", "application/binary")
                        .exchange()
                        .expectStatus()
                        .isOk()
                        .expectBody()
                        .returnResult()
                        .getResponseBodyContent();

        assertThat(new String(bytes, StandardCharsets.UTF_8)).isEqualTo(OfficialClient.SUMS);
    }

    @Test
    void aFileGoesWithItsDatasetAndWhenItsTimeIsOver() {
        String used = upload("used.jsonl", 0, null).get("id").stringValue();
        String job = create(order(used, "user"), 0, 200).get("id").stringValue();
        String brief = upload("short.jsonl", 0, "3600").get("id").stringValue();

        assertThat(delete("/v1/files/" + used, 409).at("/error/code").asString())
                .isEqualTo("conflict");
        post("/v1/fine_tuning/jobs/" + job + "/cancel");
        assertThat(delete("/api/v1/datasets/" + used, 409).get("detail").asString())
                .contains("/v1/files/" + used);
        assertThat(delete("/v1/files/" + used, 200).get("deleted").asBoolean()).isTrue();
        get("/api/v1/datasets/" + used, 404);
        clock.advance(Duration.ofHours(1));
        get("/v1/files/" + brief, 404);
        assertThat(create(order(brief, "late"), 0, 400).at("/error/param").asString())
                .isEqualTo("training_file");
        upload("next.jsonl", 0, null);
        get("/api/v1/datasets/" + brief, 404);
    }

    @Test
    void oneBodyHasTheWordsOfBothKindsOfClients() {
        JsonNode problem = create("{\"model\": \"palimpsest-mini\", \"colour\": \"red\"}", 0, 400);

        assertThat(problem.get("type").stringValue())
                .isEqualTo("urn:palimpsest:problem:invalid-request");
        assertThat(problem.get("errors")).hasSize(2);
        JsonNode error = problem.get("error");
        assertThat(error.propertyNames()).containsExactly("message", "type", "param", "code");
        assertThat(error.get("param").stringValue()).isEqualTo("colour");
        assertThat(error.get("message").stringValue())
                .contains("/colour is not a known field", "/training_file is required");
        JsonNode missing = get("/api/v1/models/nope", 404).get("error");
        assertThat(missing.propertyNames()).containsExactly("message", "type", "param", "code");
        assertThat(missing.get("param").isNull()).isTrue();
    }

    @Test
    void gradersAreNotHere() {
        client.post()
                .uri("/v1/fine_tuning/alpha/graders/run")
                .contentType(MediaType.APPLICATION_JSON)
                .body("{}")
                .exchange()
                .expectStatus()
                .isNotFound();
    }

    private static String order(String file, String suffix) {
        return """
               {"model": "palimpsest-mini", "training_file": "%s", "suffix": "%s", "hyperparameters": {"n_epochs": "auto"}}"""
                .formatted(file, suffix);
    }

    private JsonNode create(String order, int retries, int status) {
        return json(
                client.post()
                        .uri("/v1/fine_tuning/jobs")
                        .header(RETRIES, String.valueOf(retries))
                        .contentType(MediaType.APPLICATION_JSON)
                        .body(order)
                        .exchange(),
                status);
    }

    /** As clients do: of the type JSON, and empty. */
    private void post(String path) {
        json(client.post().uri(path).contentType(MediaType.APPLICATION_JSON).exchange(), 200);
    }

    private JsonNode get(String path, int status) {
        return json(
                client.get().uri(URI.create("http://127.0.0.1:" + port + path)).exchange(), status);
    }

    private JsonNode delete(String path, int status) {
        return json(client.delete().uri(path).exchange(), status);
    }

    private JsonNode upload(String name, int retries, String seconds) {
        MultiValueMap<String, Object> form = new LinkedMultiValueMap<>();
        form.add("purpose", "fine-tune");
        if (seconds != null) {
            form.add("expires_after[anchor]", "created_at");
            form.add("expires_after[seconds]", seconds);
        }
        form.add(
                "file",
                new ByteArrayResource(OfficialClient.SUMS.getBytes(StandardCharsets.UTF_8)) {
                    @Override
                    public String getFilename() {
                        return name;
                    }
                });
        return json(
                client.post()
                        .uri("/v1/files")
                        .header(RETRIES, String.valueOf(retries))
                        .contentType(MediaType.MULTIPART_FORM_DATA)
                        .body(form)
                        .exchange(),
                200);
    }

    private static JsonNode json(RestTestClient.ResponseSpec answer, int status) {
        answer.expectStatus().isEqualTo(status);
        return Binder.JSON.readTree(answer.expectBody().returnResult().getResponseBodyContent());
    }
}
