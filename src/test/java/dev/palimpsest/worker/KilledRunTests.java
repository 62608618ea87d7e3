package dev.palimpsest.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.RunningService;
import dev.palimpsest.spec.Binder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;
import tools.jackson.databind.JsonNode;

/** The whole service with real trainers, killed in the middle of their runs. */
class KilledRunTests {
    private static final String MODEL =
            """
            {"name": "tiny", "source": {"type": "random", "seed": 1, "config": {
                "model_type": "llama", "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2,
                "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 4096,
                "max_position_embeddings": 512, "rms_norm_eps": 1e-5, "rope_theta": 10000.0,
                "tie_word_embeddings": true, "hidden_act": "silu"}}}
            """;

    private static final String EXPERIMENT =
            """
            {"name": "killed", "base_model": "tiny",
             "learning_tasks": ["gsm8k_perplexity"], "forgetting_tasks": ["definitions_choice"]}
            """;

    private static final String JOB =
            """
            {"experiment": "%s", "dataset": {"train": "gsm8k-validation", "validation": "gsm8k-validation"},
             "method": {"type": "lora", "rank": 4, "alpha": 8, "dropout": 0.1},
             "training": {"max_steps": 120, "batch_size": 16, "sequence_length": 128, "learning_rate": 1e-2},
             "checkpoints": {"every_steps": 10, "keep_last": 2},
             "evaluation": {"at": {"steps": [60]}, "limit": 8}}
            """;

    @TempDir Path home;

    @Test
    void aRunWhoseServiceAndTrainerWereKilledEndsAsAnUndisturbedOne() throws Exception {
        String undisturbed;
        String killed;
        String experiment;
        try (RunningService service = RunningService.start(home)) {
            RestTestClient client = service.client();
            post(client, "models", MODEL);
            until(client, "models/tiny", "ready");
            experiment = post(client, "experiments", EXPERIMENT).get("id").stringValue();
            undisturbed = post(client, "jobs", JOB.formatted(experiment)).get("id").stringValue();
            until(client, "jobs/" + undisturbed, "succeeded");

            killed = post(client, "jobs", JOB.formatted(experiment)).get("id").stringValue();
            reaches(client, killed, 25);
            killTrainer();
            reaches(client, killed, 65);
            service.kill();
        }
        try (RunningService service = RunningService.start(home)) {
            RestTestClient client = service.client();
            JsonNode job = until(client, "jobs/" + killed, "succeeded");

            assertThat(outcomes(job)).containsExactly("failed", "lost", "finished");
            assertThat(series(client, killed)).isEqualTo(series(client, undisturbed));
            assertThat(scores(client, killed)).isEqualTo(scores(client, undisturbed)).hasSize(6);
            JsonNode tradeoff = get(client, "experiments/" + experiment + "/tradeoff");
            assertThat(tradeoff.get("points").size()).isEqualTo(4);
            assertThat(tradeoff.at("/base/source_score").isNumber()).isTrue();
        }
    }

    @Test
    void aServiceThatIsStoppedGoesOnWithItsJobWithoutLosingAnAttempt() throws Exception {
        String job;
        try (RunningService service = RunningService.start(home)) {
            RestTestClient client = service.client();
            post(client, "models", MODEL);
            until(client, "models/tiny", "ready");
            String experiment = post(client, "experiments", EXPERIMENT).get("id").stringValue();
            job = post(client, "jobs", JOB.formatted(experiment)).get("id").stringValue();
            reaches(client, job, 25);
        }
        try (RunningService service = RunningService.start(home)) {
            JsonNode ended = until(service.client(), "jobs/" + job, "succeeded");

            assertThat(outcomes(ended)).containsExactly("handed_back", "finished");
            assertThat(series(service.client(), job).get(0)).startsWith("eval/");
        }
    }

    /** The one Java that the service, itself a child of this Java, has started. */
    private static void killTrainer() {
        long self = ProcessHandle.current().pid();
        ProcessHandle trainer =
                ProcessHandle.current()
                        .descendants()
                        .filter(process -> process.info().command().orElse("").endsWith("java"))
                        .filter(process -> process.parent().orElseThrow().pid() != self)
                        .findFirst()
                        .orElseThrow();
        trainer.destroyForcibly();
    }

    private static List<String> outcomes(JsonNode job) {
        List<String> outcomes = new ArrayList<>();
        for (JsonNode attempt : job.get("attempts"))
            outcomes.add(attempt.get("outcome").stringValue());
        return outcomes;
    }

    /** Every point but those that measure time, and its value to the last digit. */
    private static List<String> series(RestTestClient client, String job) {
        List<String> points = new ArrayList<>();
        for (JsonNode series : get(client, "jobs/" + job + "/metrics").get("data")) {
            String key = series.get("key").stringValue();
            if (key.equals("train/tokens_per_second")) continue;
            for (JsonNode point : series.get("points"))
                points.add(key + " " + point.get("step") + " " + point.get("value"));
        }
        return points;
    }

    private static List<String> scores(RestTestClient client, String job) {
        List<String> scores = new ArrayList<>();
        for (JsonNode score : get(client, "jobs/" + job + "/evaluations").get("data"))
            scores.add(score.get("step") + " " + score.get("task") + " " + score.get("metrics"));
        return scores;
    }

    private static void reaches(RestTestClient client, String job, long step) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> get(client, "jobs/" + job).at("/progress/step").longValue() >= step);
    }

    private static JsonNode until(RestTestClient client, String path, String status) {
        return Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .until(
                        () -> get(client, path),
                        thing -> {
                            assertThat(thing.get("status").stringValue())
                                    .as(thing.toString())
                                    .isNotIn("failed");
                            return thing.get("status").stringValue().equals(status);
                        });
    }

    private static JsonNode get(RestTestClient client, String path) {
        return read(
                client.get()
                        .uri("/api/v1/" + path)
                        .exchange()
                        .expectBody(String.class)
                        .returnResult()
                        .getResponseBody());
    }

    private static JsonNode post(RestTestClient client, String path, String body) {
        return read(
                client.post()
                        .uri("/api/v1/" + path)
                        .contentType(MediaType.APPLICATION_JSON)
                        .body(body)
                        .exchange()
                        .expectBody(String.class)
                        .returnResult()
                        .getResponseBody());
    }

    private static JsonNode read(String json) {
        return Binder.JSON.readTree(json);
    }
}
