package dev.palimpsest.external;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.palimpsest.Api;
import dev.palimpsest.OracleSet;
import dev.palimpsest.ServiceTest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.io.FileSystemResource;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import tools.jackson.databind.JsonNode;

/** Training that happened elsewhere, told of by HTTP; the adapters were made by PEFT. */
@ServiceTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExternalJobTests {
    private static final String EXPERIMENT =
            """
            {"name": "external", "base_model": "made-elsewhere",
             "learning_tasks": ["gsm8k_perplexity"], "forgetting_tasks": ["definitions_choice"]}
            """;

    private static final String JOB =
            """
            {"experiment": "%s", "executor": "external", "dataset": {"train": "a corpus that is not here"},
             "method": {"type": "lora", "rank": 8, "alpha": 16}, "evaluation": {"limit": 3},
             "training": {"epochs": 2, "learning_rate": 1e-3, "sequence_length": 128}}
            """;

    @Autowired RestTestClient client;
    private Api api;
    private Path oracle;
    private String experiment;

    @BeforeAll
    void register() {
        api = new Api(client);
        oracle = OracleSet.chosen().folder().resolve("llama_tied").toAbsolutePath();
        api.post(
                "models",
                """
                {"name": "made-elsewhere", "source": {"type": "directory", "path": "%s"}}"""
                        .formatted(oracle.resolve("model")),
                202);
        api.until("models/made-elsewhere", "ready");
        experiment = api.post("experiments", EXPERIMENT, 201).get("id").stringValue();
    }

    @Test
    void anAdapterOfPeftIsScoredStandsInTheTradeOffAndHasASpectrum() {
        String job = submit();
        assertThat(api.get("jobs/" + job).get("status").stringValue()).isEqualTo("running");

        JsonNode sent = upload(job, 20, "lora/final", 201);
        String checkpoint = sent.get("id").stringValue();
        assertThat(upload(job, 20, "lora/final", 200).get("id").stringValue())
                .isEqualTo(checkpoint);
        JsonNode same = post(job, "checkpoints", directory(10, "lora/init"), 201);
        assertThat(same.get("kind").stringValue()).isEqualTo("adapter");
        scored(job, 3);
        post(job, "end", "{\"outcome\": \"succeeded\"}", 200);

        List<JsonNode> points = points(job);
        assertThat(points).hasSize(2);
        assertThat(points.getLast().get("checkpoint").stringValue()).isEqualTo(checkpoint);
        assertThat(points.getLast().get("tokens").asInt()).isEqualTo(2000);
        assertThat(points.getLast().get("measured").stringValue()).isEqualTo("here");
        String tradeoff = "experiments/" + experiment + "/tradeoff";
        JsonNode chosen = api.get(tradeoff + "?fields=step,learning").get("points").get(0);
        assertThat(chosen.propertyNames()).containsExactlyInAnyOrder("step", "learning");
        assertThat(api.get(tradeoff + "?fields=length").toString())
                .contains("'length', which no point has; there are job");
        JsonNode base = api.get(tradeoff).get("base");
        assertThat(points.getFirst().get("learning")).isEqualTo(base.get("learning"));
        assertThat(points.getLast().get("learning")).isNotEqualTo(base.get("learning"));
        assertThat(metric(job, "forgetting", 20)).isNotNaN();
        JsonNode end = api.get("jobs/" + job);
        assertThat(end.at("/progress/total_steps").asInt()).isEqualTo(20);
        assertThat(end.at("/attempts/0/worker").stringValue()).isEqualTo("external");

        api.post("checkpoints/" + checkpoint + "/spectra", "{\"intruders\": false}", 202);
        JsonNode spectra = api.until("checkpoints/" + checkpoint + "/spectra", "succeeded");
        assertThat(spectra.at("/summary/matrices").asInt()).isEqualTo(14);
        assertThat(spectra.at("/data/0/singular_values/delta")).hasSize(8);
    }

    @Test
    void aJobAsksForTheSpectraOfAdaptersThatItIsSent() {
        String asking =
                JOB.replace(
                        "\"training\"",
                        "\"analysis\": {\"spectrum\": {\"at\": \"%s\"}}, \"training\"");
        String all = submit(asking.formatted(experiment, "all"));
        String end = submit(asking.formatted(experiment, "end"));

        for (String job : List.of(all, end)) {
            upload(job, 10, "lora/init", 201);
            upload(job, 20, "lora/final", 201);
            tell(job, scores(30, 1.5, 0.25), 200); // of weights that stayed elsewhere
            post(job, "end", "{\"outcome\": \"succeeded\"}", 200);
        }

        assertThat(stepsWithSpectra(all)).containsExactly(10, 20);
        assertThat(stepsWithSpectra(end)).containsExactly(20);
    }

    private List<Integer> stepsWithSpectra(String job) {
        List<JsonNode> checkpoints =
                api.get("jobs/" + job + "/checkpoints").get("data").valueStream().toList();
        return checkpoints.stream()
                .filter(
                        one ->
                                api.get("checkpoints/" + one.get("id").stringValue() + "/spectra")
                                        .has("modules"))
                .map(one -> one.get("step").asInt())
                .toList();
    }

    @Test
    void scoresMeasuredElsewhereCountUntilTheTasksAreScoredHere() {
        String job = submit();
        scored(job, 1);
        double base = metric(job, "source_score", 0);

        JsonNode told = tell(job, scores(30, 1.5, 0.25), 200);

        assertThat(told.toString()).isEqualTo("{\"points\":3,\"known\":0,\"scores\":2}");
        JsonNode point = points(job).getFirst();
        assertThat(point.get("measured").stringValue()).isEqualTo("external");
        assertThat(point.get("learning").asDouble()).isEqualTo(-1.5);
        assertThat(point.get("tokens").asInt()).isEqualTo(3000);
        assertThat(point.get("forgetting").asDouble()).isCloseTo(base - 0.25, within(1e-12));
        assertThat(metric(job, "forgetting", 30)).isCloseTo(base - 0.25, within(1e-12));
        JsonNode absent = api.get("checkpoints/" + point.get("checkpoint").stringValue());
        assertThat(absent.get("present").booleanValue()).isFalse();
        api.post("checkpoints/" + absent.get("id").stringValue() + "/spectra", "{}", 409);
        JsonNode refused =
                api.post(
                        "evaluations",
                        """
                        {"checkpoint": "%s", "tasks": [{"name": "gsm8k_perplexity"}]}"""
                                .formatted(absent.get("id").stringValue()),
                        422);
        assertThat(refused.at("/errors/0/pointer").stringValue()).isEqualTo("/checkpoint");

        upload(job, 30, "lora/final", 201);
        scored(job, 2);

        JsonNode here = points(job).getFirst();
        assertThat(here.get("checkpoint")).isEqualTo(point.get("checkpoint"));
        assertThat(here.get("measured").stringValue()).isEqualTo("here");
        assertThat(here.get("learning").asDouble()).isNotEqualTo(-1.5);
        assertThat(metric(job, "learning", 30)).isEqualTo(here.get("learning").asDouble());
    }

    @Test
    void aBatchThatIsToldAgainChangesNothingAndOneWithAFaultStoresNothing() {
        String job = submit();
        String batch =
                """
                {"data": [{"key": "train/loss", "step": 1, "value": 2.5, "tokens": 100, "at": "2026-01-01T00:00:00Z"},
                          {"key": "train/loss", "step": 2, "value": "NaN"},
                          {"key": "train/gradient_norm", "step": 2, "value": "Infinity"}]}""";

        tell(job, batch, 200);
        JsonNode again = tell(job, batch, 200);
        JsonNode refused =
                tell(
                        job,
                        """
                        {"data": [{"key": "train/loss", "step": 3, "value": 1.5},
                                  {"key": "train/loss", "step": 1, "value": 2.75}]}""",
                        422);

        assertThat(again.get("known").asInt()).isEqualTo(3);
        assertThat(refused.at("/errors/0/pointer").stringValue()).isEqualTo("/data/1/value");
        JsonNode loss = api.get("jobs/" + job + "/metrics?keys=train/loss").at("/data/0/points");
        assertThat(loss.toString())
                .startsWith(
                        "[{\"step\":1,\"value\":2.5,\"at\":\"2026-01-01T00:00:00Z\"},{\"step\":2,\"value\":null");
        assertThat(loss).hasSize(2);
        JsonNode progress = api.get("jobs/" + job).get("progress");
        assertThat(progress.get("step").asInt()).isEqualTo(2);
        assertThat(progress.get("tokens").asInt()).isEqualTo(100);
    }

    @Test
    void clientsThatTellOfTheSameJobAtOnceAreAllHeard() throws Exception {
        String job = submit();
        try (ExecutorService clients = Executors.newFixedThreadPool(8)) {
            List<Future<JsonNode>> told = new ArrayList<>();
            for (int i = 0; i < 48; i++) {
                String batch =
                        i % 3 == 0
                                ? scores(1 + i / 6, 1.5, 0.25)
                                : """
                                  {"data": [{"key": "train/tokens", "step": %1$d, "value": 3000},
                                            {"key": "train/loss", "step": %1$d, "value": 2.5}]}"""
                                        .formatted(1 + i / 6);
                told.add(clients.submit(() -> tell(job, batch, 200)));
            }
            int fresh = 0;
            for (Future<JsonNode> one : told)
                fresh += one.get().get("points").asInt() - one.get().get("known").asInt();
            assertThat(fresh).isEqualTo(8 * 4);
        }
        assertThat(api.get("jobs/" + job).at("/progress/step").asInt()).isEqualTo(8);
        assertThat(api.get("jobs/" + job).at("/progress/tokens").asInt()).isEqualTo(3000);
        assertThat(metric(job, "learning", 8)).isEqualTo(-1.5);
    }

    @Test
    void everyFaultIsSaid() {
        String job = submit();

        assertThat(
                        pointers(
                                tell(
                                        job,
                                        """
                                        {"data": [{"key": "forgetting", "step": 1, "value": 1},
                                                  {"key": "bad key", "step": -1, "value": "high"},
                                                  {"key": "train/loss", "step": 1, "value": 1, "stderr": 2, "colour": "red"}]}""",
                                        422)))
                .contains("/data/0/key", "/data/1/key", "/data/1/step", "/data/1/value")
                .contains("/data/2/colour", "/data/2/stderr");
        assertThat(
                        pointers(
                                tell(
                                        job,
                                        """
                                        {"data": [{"key": "eval/definitions_choice/acc_norm", "step": 1, "value": 1.5},
                                                  {"key": "eval/gsm8k_perplexity/bits_per_byte", "step": 1, "value": "NaN"}]}""",
                                        422)))
                .containsExactly("/data/0/value", "/data/1/value");
        assertThat(
                        pointers(
                                api.post(
                                        "jobs",
                                        JOB.formatted(experiment)
                                                .replace(
                                                        "\"limit\": 3", "\"at\": {\"steps\": [1]}"),
                                        422)))
                .containsExactly("/evaluation/at");
        assertThat(pointers(api.post("jobs?dry_run=true", JOB.formatted(experiment), 422)))
                .containsExactly("/executor");
        assertThat(post(job, "checkpoints", directory(5, "dora/final"), 422).toString())
                .contains("/source/path", "it is dora");
        assertThat(post(job, "checkpoints", directory(5, "model"), 422).toString())
                .contains("send the adapter");
        assertThat(post(job, "checkpoints", directory(5, "nowhere"), 422).toString())
                .contains("there is no folder");
        assertThat(pointers(post(job, "checkpoints", "{\"step\": 0, \"tokens\": -1}", 422)))
                .contains("/epoch", "/source");
        assertThat(
                        pointers(
                                post(
                                        job,
                                        "end",
                                        "{\"outcome\": \"succeeded\", \"error\": \"no\"}",
                                        422)))
                .containsExactly("/error");
    }

    @Test
    void itsOwnerAloneMovesIt() {
        String job = submit();

        for (String verb : List.of("pause", "resume", "retry"))
            assertThat(post(job, verb, "", 409).get("detail").stringValue())
                    .contains("is trained elsewhere and cannot " + verb);
        post(job, "cancel", "", 202);
        assertThat(api.get("jobs/" + job).get("status").stringValue()).isEqualTo("cancelled");
        assertThat(tell(job, scores(1, 1, 0.5), 409).get("detail").stringValue())
                .contains("is cancelled");
        post(job, "end", "{\"outcome\": \"succeeded\"}", 409);

        String failed = submit();
        String end =
                "{\"outcome\": \"failed\", \"error\": \"the loss is NaN\", \"diverged\": true}";
        post(failed, "end", end, 200);
        post(failed, "end", end, 200);
        JsonNode ended = api.get("jobs/" + failed);
        assertThat(ended.at("/error/title").stringValue()).isEqualTo("the loss is NaN");
        assertThat(ended.get("diverged").booleanValue()).isTrue();
        assertThat(post(failed, "checkpoints", directory(5, "lora/final"), 409).toString())
                .contains("is failed");
    }

    private String submit() {
        return submit(JOB.formatted(experiment));
    }

    private String submit(String job) {
        return api.post("jobs", job, 202).get("id").stringValue();
    }

    /** Waits until a job has so many scorings and all of them are done. */
    private void scored(String job, int count) {
        JsonNode scorings = api.get("scorings?job=" + job).get("data");
        assertThat(scorings).hasSize(count);
        scorings.forEach(one -> api.until("scorings/" + one.get("id").stringValue(), "succeeded"));
    }

    private List<JsonNode> points(String job) {
        return api.get("experiments/" + experiment + "/tradeoff")
                .get("points")
                .valueStream()
                .filter(point -> point.get("job").stringValue().equals(job))
                .toList();
    }

    private double metric(String job, String key, int step) {
        return api.get("jobs/%s/metrics?keys=%s".formatted(job, key))
                .at("/data/0/points")
                .valueStream()
                .filter(point -> point.get("step").asInt() == step)
                .mapToDouble(point -> point.get("value").asDouble())
                .findFirst()
                .orElse(Double.NaN);
    }

    private static String scores(int step, double bits, double accuracy) {
        return """
               {"data": [{"key": "train/tokens", "step": %1$d, "value": 3000},
                         {"key": "eval/gsm8k_perplexity/bits_per_byte", "step": %1$d, "value": %2$s},
                         {"key": "eval/definitions_choice/acc_norm", "step": %1$d, "value": %3$s, "stderr": 0.01}]}"""
                .formatted(step, bits, accuracy);
    }

    private String directory(int step, String folder) {
        return """
               {"step": %d, "epoch": 0.5, "tokens": 1000, "source": {"type": "directory", "path": "%s"}}"""
                .formatted(step, oracle.resolve(folder));
    }

    private JsonNode tell(String job, String body, int status) {
        return post(job, "metrics", body, status);
    }

    private JsonNode post(String job, String what, String body, int status) {
        return api.post("jobs/%s/%s".formatted(job, what), body, status);
    }

    private JsonNode upload(String job, int step, String folder, int status) {
        MultiValueMap<String, Object> form = new LinkedMultiValueMap<>();
        form.add("step", step);
        form.add("epoch", 1.0);
        form.add("tokens", 100L * step);
        for (String file : TakeCheckpoint.ADAPTER_FILES)
            form.add("file", new FileSystemResource(oracle.resolve(folder).resolve(file)));
        return api.send("jobs/%s/checkpoints".formatted(job), form, status);
    }

    private static List<String> pointers(JsonNode problem) {
        return problem.get("errors")
                .valueStream()
                .map(error -> error.get("pointer").stringValue())
                .toList();
    }
}
