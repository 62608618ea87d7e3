package dev.palimpsest.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.palimpsest.Api;
import dev.palimpsest.ServiceTest;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpStatus;
import org.springframework.test.web.servlet.client.RestTestClient;
import tools.jackson.databind.JsonNode;

/** Models and checkpoints scored by real processes, asked for by HTTP. */
@ServiceTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ScoringTests {
    private static final String EXPERIMENT =
            """
            {"name": "scored", "base_model": "palimpsest-mini",
             "learning_tasks": ["gsm8k_perplexity"], "forgetting_tasks": ["definitions_choice"]}
            """;

    private static final String JOB =
            """
            {"experiment": "%s", "dataset": {"train": "gsm8k-validation"},
             "method": {"type": "lora", "rank": 4, "alpha": 8},
             "training": {"max_steps": 2, "batch_size": 4, "learning_rate": 1e-2}, "evaluation": {"limit": 3}}
            """;

    @Autowired RestTestClient client;
    private Api api;

    @BeforeAll
    void open() {
        api = new Api(client);
    }

    @Test
    void aModelIsScoredAndAnEqualScoreIsNotComputedAgain() {
        String asked =
                """
                {"model": "palimpsest-mini", "tasks": [
                   {"name": "definitions_choice", "limit": 5}, {"name": "gsm8k", "limit": 2, "few_shot": 1},
                   {"name": "definitions_choice", "limit": 4}]}""";

        JsonNode first = scored(asked);
        JsonNode second = scored(asked);

        assertThat(evaluations(first)).hasSize(3).doesNotContainNull();
        assertThat(evaluations(second)).isEqualTo(evaluations(first));
        JsonNode choice = api.get("evaluations/" + evaluations(first).getFirst());
        assertThat(choice.get("items").asInt()).isEqualTo(5);
        assertThat(choice.at("/metrics/acc_norm/value").asDouble()).isBetween(0.0, 1.0);
        JsonNode items = api.get("evaluations/" + evaluations(first).get(1) + "/items");
        assertThat(items.get("data")).hasSize(2);
        assertThat(items.at("/data/0/generations/0/text").isString()).isTrue();
    }

    @Test
    void aCheckpointsScoreOfItsOwnJobIsTheSameAndOthersAreNew() {
        String experiment = api.post("experiments", EXPERIMENT, 201).get("id").stringValue();
        String job = api.post("jobs", JOB.formatted(experiment), 202).get("id").stringValue();
        api.until("jobs/" + job, "succeeded");
        JsonNode last = api.get("jobs/" + job + "/evaluations").get("data").get(3);
        String checkpoint = last.get("checkpoint").stringValue();

        JsonNode scoring =
                scored(
                        """
                        {"checkpoint": "%s", "tasks": [
                           {"name": "gsm8k_perplexity", "limit": 3}, {"name": "gsm8k_perplexity", "limit": 4}]}"""
                                .formatted(checkpoint));

        assertThat(scoring.get("model").stringValue()).isEqualTo("palimpsest-mini");
        assertThat(last.get("task").stringValue()).isEqualTo("gsm8k_perplexity");
        assertThat(evaluations(scoring).getFirst()).isEqualTo(last.get("id").stringValue());
        assertThat(evaluations(scoring).getLast()).isNotEqualTo(last.get("id").stringValue());
        assertThat(
                        api.get("evaluations/" + evaluations(scoring).getLast())
                                .at("/metrics/bits_per_byte/value")
                                .asDouble())
                .isPositive();
    }

    @Test
    void aJobWhoseStepsAWorkerScoresHasTheScoresAndMetricsOfOneThatScoresThemItself() {
        String experiment = api.post("experiments", EXPERIMENT, 201).get("id").stringValue();
        String asked = JOB.formatted(experiment).replace("\"limit\": 3", "\"limit\": 9, %s");
        String points = "\"at\": {\"steps\": [1]}";

        String handedOver = succeeded(asked.formatted(points + ", \"by\": \"worker\""));
        JsonNode scorings = api.get("scorings?job=" + handedOver).get("data");
        scorings.forEach(one -> api.until("scorings/" + one.get("id").stringValue(), "succeeded"));
        String scoredItself = succeeded(asked.formatted(points));

        assertThat(scorings.valueStream().map(one -> one.get("step").asInt()))
                .containsExactly(2, 1, 0);
        assertThat(scores(handedOver)).hasSize(6).isEqualTo(scores(scoredItself));
        Map<String, Double> measured = measured(scoredItself);
        assertThat(measured)
                .containsKeys("forgetting@2", "learning@0", "eval/definitions_choice/acc_norm@1");
        assertThat(measured(handedOver)).containsOnlyKeys(measured.keySet());
        measured(handedOver)
                .forEach(
                        (point, value) ->
                                assertThat(value)
                                        .as(point)
                                        .isCloseTo(measured.get(point), within(1e-6)));
    }

    private String succeeded(String job) {
        String id = api.post("jobs", job, 202).get("id").stringValue();
        api.until("jobs/" + id, "succeeded");
        return id;
    }

    private List<String> scores(String job) {
        return api.get("jobs/" + job + "/evaluations")
                .get("data")
                .valueStream()
                .map(score -> score.get("id").stringValue())
                .toList();
    }

    /** Each point of a score, by key and step, with its value. */
    private Map<String, Double> measured(String job) {
        Map<String, Double> measured = new TreeMap<>();
        api.get("jobs/" + job + "/metrics")
                .get("data")
                .valueStream()
                .filter(series -> !series.get("key").stringValue().startsWith("train/"))
                .forEach(
                        series ->
                                series.get("points")
                                        .forEach(
                                                point ->
                                                        measured.put(
                                                                series.get("key").stringValue()
                                                                        + "@"
                                                                        + point.get("step").asInt(),
                                                                point.get("value").asDouble())));
        return measured;
    }

    @Test
    void aFullFinetuneCutDownToARankIsScoredWithWhatIsKept() {
        String experiment = api.post("experiments", EXPERIMENT, 201).get("id").stringValue();
        String job =
                succeeded(
                        JOB.formatted(experiment)
                                .replace(
                                        "{\"type\": \"lora\", \"rank\": 4, \"alpha\": 8}",
                                        "{\"type\": \"full\"}"));
        JsonNode last = api.get("jobs/" + job + "/evaluations").get("data").get(3);
        String path = "checkpoints/" + last.get("checkpoint").stringValue() + "/truncations";

        JsonNode cut = truncated(path, "{\"rank\": 2}");
        JsonNode whole = truncated(path, "{\"rank\": 60000}");
        JsonNode asLora = truncated(path, "{\"rank\": 2, \"rest\": \"base\"}");

        assertThat(cut.at("/kept/share").asDouble()).isBetween(0.01, 0.99);
        assertThat(cut.at("/kept/matrices").size() % 7).isZero();
        assertThat(whole.at("/kept/share").asDouble()).isEqualTo(1);
        assertThat(bitsPerByte(whole))
                .isCloseTo(last.at("/metrics/bits_per_byte/value").asDouble(), within(1e-5));
        assertThat(bitsPerByte(cut)).isNotEqualTo(bitsPerByte(whole));
        assertThat(bitsPerByte(asLora)).isNotEqualTo(bitsPerByte(cut));
        assertThat(api.get(path + "?limit=2").get("data")).containsExactly(asLora, whole);
        JsonNode problem = api.post(path, "{\"rank\": 0, \"ranks\": 3}", 422);
        assertThat(problem.get("errors")).hasSize(2);
        api.post("checkpoints/ckpt_gone/truncations", "{\"rank\": 2}", 404);
    }

    private JsonNode truncated(String path, String request) {
        String id = api.post(path, request, 202).get("id").stringValue();
        return api.until("scorings/" + id, "succeeded");
    }

    private double bitsPerByte(JsonNode scoring) {
        String evaluation = scoring.at("/tasks/0/evaluation").stringValue();
        return api.get("evaluations/" + evaluation).at("/metrics/bits_per_byte/value").asDouble();
    }

    @Test
    void everyFaultOfARequestIsSaid() {
        faults(
                """
                {"model": "gone", "tasks": [{"name": "nope"}, {"name": "hellaswag"}, {"name": "gsm8k_arithmetic", "few_shot": 1}]}""",
                "/model",
                "/tasks/0/name",
                "/tasks/1/name",
                "/tasks/2/few_shot");
        faults(
                "{\"checkpoint\": \"ckpt_gone\", \"tasks\": [{\"name\": \"gsm8k\"}]}",
                "/checkpoint");
        faults("{\"tasks\": []}", "/model", "/tasks");
        faults(
                "{\"model\": \"palimpsest-mini\", \"tasks\": [{\"name\": \"gsm8k\", \"limit\": 0, \"few_shot\": -1}]}",
                "/tasks/0/few_shot",
                "/tasks/0/limit");
    }

    @Test
    void whatHasEndedCanBeDeletedButNotCancelled() {
        JsonNode scoring =
                scored(
                        "{\"model\": \"palimpsest-mini\", \"tasks\": [{\"name\": \"gsm8k_perplexity\", \"limit\": 7}]}");
        String path = "/api/v1/scorings/" + scoring.get("id").stringValue();

        client.post()
                .uri(path + "/cancel")
                .exchange()
                .expectStatus()
                .isEqualTo(HttpStatus.CONFLICT);
        client.delete().uri(path).exchange().expectStatus().isNoContent();

        client.get().uri(path).exchange().expectStatus().isNotFound();
        client.get()
                .uri("/api/v1/evaluations/" + evaluations(scoring).getFirst())
                .exchange()
                .expectStatus()
                .isNotFound();
    }

    private JsonNode scored(String request) {
        String id = api.post("evaluations", request, 202).get("id").stringValue();
        api.until("scorings/" + id, "succeeded");
        return api.get("scorings/" + id);
    }

    private static List<String> evaluations(JsonNode scoring) {
        return scoring.get("tasks")
                .valueStream()
                .map(task -> task.get("evaluation").stringValue())
                .toList();
    }

    private void faults(String request, String... pointers) {
        JsonNode problem = api.post("evaluations", request, 422);
        assertThat(
                        problem.get("errors")
                                .valueStream()
                                .map(error -> error.get("pointer").stringValue()))
                .containsExactlyInAnyOrder(pointers);
    }
}
