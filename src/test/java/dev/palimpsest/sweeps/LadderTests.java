package dev.palimpsest.sweeps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.Api;
import dev.palimpsest.ServiceTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.web.servlet.client.RestTestClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A ladder of branches that is trained to its end, and once more with a kill. */
@ServiceTest
class LadderTests {
    private static final String EXPERIMENT =
            """
            {"name": "laddered", "base_model": "palimpsest-mini",
             "learning_tasks": ["gsm8k_perplexity"], "forgetting_tasks": ["definitions_choice"]}""";

    private static final String LADDER =
            """
            {"template": {"dataset": {"train": "gsm8k-validation"}, "evaluation": {"limit": 3}, "checkpoints": {"every_steps": 2, "keep_last": 1},
                          "method": {"type": "lora", "rank": 4, "dropout": 0.1},
                          "training": {"batch_size": 8, "sequence_length": 128, "learning_rate": 1e-2,
                                       "schedule": {"type": "inverse_square_root", "warmup": 2, "scale": 5}}},
             "ladder": {"kind": "branches", "steps": [6, 30], "cooldown": 0.5}}""";

    @Autowired RestTestClient client;
    private Api api;
    private String experiment;

    @BeforeEach
    void anExperiment() {
        api = new Api(client);
        experiment = api.post("experiments", EXPERIMENT, 201).get("id").stringValue();
    }

    @Test
    void noStepOfTheTrunkIsMadeTwiceAndItsBranchesAreOneCurve() {
        JsonNode made = api.post("experiments/" + experiment + "/sweeps", LADDER, 202);
        List<String> jobs =
                made.get("cells").valueStream().map(c -> c.get("job").stringValue()).toList();
        String trunk = jobs.get(0);
        for (String branch : jobs.subList(1, 3))
            assertThat(api.get("jobs/" + branch).get("waits_for").stringValue()).isEqualTo(trunk);
        for (String job : jobs) api.until("jobs/" + job, "succeeded");

        assertThat(steps(trunk)).isEqualTo(LongStream.rangeClosed(1, 15).boxed().toList());
        assertThat(steps(jobs.get(1))).containsExactly(4L, 5L, 6L);
        assertThat(steps(jobs.get(2))).isEqualTo(LongStream.rangeClosed(16, 30).boxed().toList());
        for (String key : List.of("train/loss", "train/gradient_norm", "train/tokens"))
            assertThat(points(jobs.get(1), key).getFirst())
                    .as(key)
                    .isEqualTo(points(trunk, key).get(3));
        for (int i = 0; i < 2; i++)
            assertThat(points(jobs.get(1), "train/tokens").get(1 + i))
                    .isEqualTo(points(trunk, "train/tokens").get(4 + i));

        JsonNode points = api.get("experiments/" + experiment + "/tradeoff").get("points");
        assertThat(points.valueStream().map(p -> p.get("duration_kind").stringValue()))
                .containsExactly("hot", "cooled", "cooled");
        for (JsonNode point : points) assertThat(point.get("forgetting").isNumber()).isTrue();
        JsonNode curves = api.get("experiments/" + experiment + "/curves").get("curves");
        assertThat(curves.valueStream().map(c -> c.get("kind") + " " + c.get("points").size()))
                .containsExactly("\"hot\" 1", "\"cooled\" 2");
        assertThat(curves.at("/1/points/0/x").asLong()).isEqualTo(tokens(jobs.get(1)));
        assertThat(curves.at("/1/points/1/x").asLong()).isEqualTo(tokens(jobs.get(2)));
        JsonNode matched = api.get("experiments/" + experiment + "/matched?kind=cooled");
        assertThat(matched.get("groups")).hasSize(1);

        String killed = again(jobs.get(2));
        reaches(killed, 20);
        trainer().destroyForcibly(); // kill -9
        api.until("jobs/" + killed, "succeeded");
        assertThat(api.get("jobs/" + killed).get("attempts").size()).isGreaterThan(1);
        assertThat(traces(killed)).isEqualTo(traces(jobs.get(2)));
    }

    /** The same job once more. */
    private String again(String job) {
        return api.post("jobs", api.get("jobs/" + job).get("spec").toString(), 202)
                .get("id")
                .stringValue();
    }

    private void reaches(String job, long step) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> api.get("jobs/" + job).at("/progress/step").longValue() >= step);
    }

    private static ProcessHandle trainer() {
        return ProcessHandle.current()
                .children()
                .filter(process -> process.info().command().orElse("").endsWith("java"))
                .findFirst()
                .orElseThrow();
    }

    private List<Long> steps(String job) {
        return points(job, "train/loss").stream().map(p -> p.get("step").longValue()).toList();
    }

    private long tokens(String job) {
        return api.get("jobs/" + job).at("/progress/tokens").longValue();
    }

    /** Steps and values, without the time. */
    private List<JsonNode> points(String job, String key) {
        List<JsonNode> points = new ArrayList<>();
        for (JsonNode point : api.get("jobs/" + job + "/metrics?keys=" + key).at("/data/0/points"))
            points.add(((ObjectNode) point).without("at"));
        return points;
    }

    private List<String> traces(String job) {
        List<String> traces = new ArrayList<>();
        for (String key : List.of("train/loss", "train/gradient_norm", "learning", "forgetting"))
            points(job, key).forEach(point -> traces.add(key + " " + point));
        JsonNode checkpoints = api.get("jobs/" + job + "/checkpoints").get("data");
        for (JsonNode file : checkpoints.get(checkpoints.size() - 1).get("files"))
            traces.add(file.get("path") + " " + file.get("sha256"));
        return traces;
    }
}
