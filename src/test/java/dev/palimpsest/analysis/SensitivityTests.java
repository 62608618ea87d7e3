package dev.palimpsest.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.palimpsest.Api;
import dev.palimpsest.ServiceTest;
import dev.palimpsest.evaluation.ScoreKind;
import dev.palimpsest.figures.Series;
import dev.palimpsest.jobs.SomeJobs;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;
import tools.jackson.databind.JsonNode;

@ServiceTest
@TestPropertySource(properties = "palimpsest.role=api")
class SensitivityTests {
    private static final String SWEEP =
            """
            {"template": {"dataset": {"train": "gsm8k-train"}, "training": {"max_steps": 10}}, "grid": %s}""";

    private static final String BOTH =
            """
            [{"method": [{"type": "full"}], "training.learning_rate": [1e-4, 1e-3], "training.seed": [1, 2]},
             {"method": [{"type": "lora"}], "method.rank": [16], "training.learning_rate": [1e-3, 1e-2, 1e-1], "training.seed": [1, 2]}]""";

    @Autowired ApplicationContext context;
    @Autowired RestTestClient client;
    @Autowired JdbcClient database;
    private Api api;
    private String experiment;

    @BeforeEach
    void anExperiment() {
        api = new Api(client);
        experiment = new SomeJobs(context).experiment();
    }

    @Test
    void aPointIsTheMeanOverSeedsWithItsStandardError() {
        succeeded(jobs(BOTH), 0.5, 0.7, 0.60, 0.62, 0.1, 0.1, 0.65, 0.67, 0.6, 0.6);

        JsonNode full = curves().get(0);
        JsonNode lora = curves().get(1);

        assertThat(full.get("method").stringValue()).isEqualTo("full");
        assertThat(full.get("rank").isNull()).isTrue();
        assertThat(full.get("optimizer").stringValue()).isEqualTo("adamw");
        JsonNode point = full.at("/points/0");
        assertThat(point.get("learning").asDouble()).isEqualTo(0.6, within(1e-12));
        assertThat(point.get("standard_error").asDouble()).isEqualTo(0.1, within(1e-12));
        assertThat(point.get("jobs")).hasSize(2);
        assertThat(full.at("/best/learning_rate").asDouble()).isEqualTo(1e-3);
        assertThat(full.at("/best/at_edge").asBoolean()).isTrue();
        assertThat(full.get("near_best").toString()).isEqualTo("[1.0E-4]");
        assertThat(lora.get("rank").asInt()).isEqualTo(16);
        assertThat(lora.at("/best/learning_rate").asDouble()).isEqualTo(1e-2);
        assertThat(lora.at("/best/at_edge").asBoolean()).isFalse();
        assertThat(lora.get("near_best").toString()).isEqualTo("[0.1]");
        assertThat(lora.get("ratio_to_full").asDouble()).isEqualTo(10, within(1e-12));
        assertThat(full.get("ratio_to_full").isNull()).isTrue();
    }

    @Test
    void theRatesAreAFigureAndLinesToo() {
        succeeded(jobs(BOTH), 0.5, 0.7, 0.60, 0.62, 0.1, 0.1, 0.65, 0.67, 0.6, 0.6);

        assertThat(text("svg"))
                .contains(">full<", ">lora, rank 16", ">learning rate (log scale)<")
                .contains(">1e-4<", ">0.01<");
        List<String> lines = text("csv").lines().toList();
        assertThat(lines).hasSize(6);
        assertThat(lines.get(1)).startsWith("full,full,,adamw,1.0E-4,0.6,0.09999999999999998,0,2");
    }

    @Test
    void theFigureDoesNotJoinRatesAcrossOneAtWhichAllDiverged() {
        List<Sensitivity.Point> points =
                List.of(
                        new Sensitivity.Point(1e-4, 0.6, null, 0, List.of()),
                        new Sensitivity.Point(3e-4, null, null, 0, List.of()), // not scored yet
                        new Sensitivity.Point(1e-3, 0.7, null, 1, List.of()),
                        new Sensitivity.Point(1e-2, null, null, 2, List.of()),
                        new Sensitivity.Point(1e-1, 0.1, null, 0, List.of()));
        Sensitivity.Curve lora =
                new Sensitivity.Curve(
                        "lora", 64, "adamw", Map.of(), points, null, List.of(), null, null);

        Series drawn =
                RateFigure.of(new Sensitivity(ScoreKind.ACCURACY, List.of(lora)))
                        .series()
                        .getFirst();

        assertThat(drawn.points()).hasSize(3);
        assertThat(drawn.gaps()).containsExactly(2);
    }

    private String text(String format) {
        return client.get()
                .uri("/api/v1/experiments/%s/sensitivity?format=%s".formatted(experiment, format))
                .exchange()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody();
    }

    @Test
    void jobsThatDivergedAreCountedAndNotAveraged() {
        List<String> jobs = jobs(BOTH);
        succeeded(jobs, 0.5, 0.7, 0.60, 0.62, 0.1, 0.1, 0.65, 0.67, 0.6, 0.9);
        database.sql("update jobs set diverged = true where id in (?, ?)")
                .param(jobs.get(7))
                .param(jobs.get(9))
                .update();

        JsonNode lora = curves().get(1);

        assertThat(lora.at("/points/1/learning").asDouble()).isEqualTo(0.65);
        assertThat(lora.at("/points/1/standard_error").isNull()).isTrue();
        assertThat(lora.at("/points/1/diverged").asInt()).isEqualTo(1);
        assertThat(lora.at("/points/1/jobs/1/diverged").asBoolean()).isTrue();
        assertThat(lora.get("highest_stable").asDouble()).isEqualTo(1e-3);
        assertThat(lora.at("/best/learning_rate").asDouble()).isEqualTo(1e-2);
    }

    @Test
    void recipesThatDifferInMoreThanRateAndSeedHaveCurvesOfTheirOwn() {
        jobs(
                """
                {"method": [{"type": "lora"}], "method.rank": [4, 16], "training.batch_size": [8, 16], "training.learning_rate": [1e-3, 1e-2]}""");

        JsonNode curves = curves();

        assertThat(curves.valueStream().map(curve -> curve.get("values").toString()))
                .containsExactly(
                        "{\"method.alpha\":8.0,\"method.rank\":4,\"training.batch_size\":8}",
                        "{\"method.alpha\":8.0,\"method.rank\":4,\"training.batch_size\":16}",
                        "{\"method.alpha\":32.0,\"method.rank\":16,\"training.batch_size\":8}",
                        "{\"method.alpha\":32.0,\"method.rank\":16,\"training.batch_size\":16}");
        assertThat(curves.at("/0/points")).hasSize(2);
        assertThat(curves.at("/0/points/0/learning").isNull()).isTrue();
        assertThat(curves.at("/0/best").isNull()).isTrue();
        assertThat(curves.at("/0/highest_stable").isNull()).isTrue();
    }

    @Test
    void ofBitsPerByteWhatIsNearTheBestHasAtMostANinthMore() {
        succeeded(
                jobs(
                        """
                        {"method": [{"type": "full"}], "training.learning_rate": [1e-5, 1e-4, 1e-3]}"""),
                -1.12,
                -1.1,
                -1.0);

        assertThat(curves().at("/0/best/learning").asDouble()).isEqualTo(-1.0);
        assertThat(curves().at("/0/near_best").toString()).isEqualTo("[1.0E-4]");
        assertThat(
                        api.get("experiments/" + experiment + "/sensitivity")
                                .get("learning_kind")
                                .stringValue())
                .isEqualTo("bits_per_byte");
    }

    @Test
    void theBaseModelsScoreIsNoneOfTheJobs() {
        String job =
                jobs("{\"method\": [{\"type\": \"full\"}], \"training.learning_rate\": [1e-4]}")
                        .getFirst();
        point(job, 0, 0.3);

        assertThat(curves().at("/0/points/0/jobs/0/learning").isNull()).isTrue();

        point(job, 10, 0.4);

        assertThat(curves().at("/0/points/0/jobs/0/learning").asDouble()).isEqualTo(0.4);
    }

    private JsonNode curves() {
        return api.get("experiments/" + experiment + "/sensitivity").get("curves");
    }

    /** Those of a sweep, in the order of its cells. */
    private List<String> jobs(String grid) {
        return api.post("experiments/" + experiment + "/sweeps", SWEEP.formatted(grid), 202)
                .get("cells")
                .valueStream()
                .map(cell -> cell.get("job").stringValue())
                .toList();
    }

    private void succeeded(List<String> jobs, double... learning) {
        for (int i = 0; i < learning.length; i++) {
            database.sql("update jobs set status = 'running' where id = ?")
                    .param(jobs.get(i))
                    .update();
            database.sql("update jobs set status = 'succeeded', ended_at = now() where id = ?")
                    .param(jobs.get(i))
                    .update();
            point(jobs.get(i), 10, learning[i]);
        }
    }

    private void point(String job, long step, double learning) {
        database.sql(
                        "select file_points(?, array['learning'], array[1], array[?], array[?], array[now()])")
                .param(job)
                .param(step)
                .param(learning)
                .query((row, number) -> number)
                .single();
    }
}
