package dev.palimpsest.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.RunningService;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The whole service with real trainers, whose runs break the bounds of their specs. */
class GuardedRunTests {
    private static final String EXPERIMENT =
            """
            {"name": "guarded", "base_model": "palimpsest-mini",
             "learning_tasks": ["gsm8k_perplexity"], "forgetting_tasks": ["definitions_choice"]}
            """;

    /** Ever faster, until much is forgotten. */
    private static final String JOB =
            """
            {"experiment": "%s", "dataset": {"train": "gsm8k-validation"}, "method": {"type": "full"},
             "training": {"max_steps": 12, "batch_size": 2, "sequence_length": 64, "learning_rate": 4e-3,
                          "schedule": {"type": "constant", "warmup": 8}, "on_divergence": {"spike": 1000}},
             "evaluation": {"at": {"every_steps": 2}, "limit": 16},
             "guards": [{"type": "forgetting", "above": 0.12, "action": "ACTION"}]}
            """;

    @TempDir Path home;

    @Test
    void aRunThatForgetsTooMuchIsStoppedPausedOrSentBackWithItsNumbers() throws Exception {
        try (RunningService service = RunningService.start(home)) {
            SmallRuns small = SmallRuns.on(service);
            String experiment =
                    small.api().post("experiments", EXPERIMENT, 201).get("id").stringValue();
            SmallRuns runs = new SmallRuns(small.api(), experiment);
            String stopped = runs.submitted(JOB.replace("ACTION", "stop"));
            String back = runs.submitted(JOB.replace("ACTION", "go_back"));
            String paused = runs.submitted(JOB.replace("ACTION", "pause"));

            JsonNode stop = runs.until(stopped, "succeeded").get("guard");
            JsonNode wentBack = runs.until(back, "succeeded").get("guard");
            JsonNode pause = runs.until(paused, "paused").get("guard");

            long step = stop.get("step").longValue();
            double forgotten = forgotten(runs, stopped, step);
            assertThat(step).isBetween(4L, 10L);
            assertThat(forgotten).isGreaterThan(0.12);
            assertThat(forgotten(runs, stopped, step - 2)).isLessThanOrEqualTo(0.12);
            assertThat(stop.get("values").get(0).get("value").doubleValue()).isEqualTo(forgotten);
            assertThat(stop.get("words").stringValue())
                    .isEqualTo(
                            "forgetting was %.4f at step %d, above the guard's 0.12; the run was stopped"
                                    .formatted(forgotten, step));
            assertThat(stop.get("result")).isEqualTo(checkpoint(runs, stopped, step));
            assertThat(runs.job(stopped).at("/progress/step").longValue()).isEqualTo(step);
            assertThat(wentBack.get("step").longValue()).isEqualTo(step);
            assertThat(wentBack.get("result_step").longValue()).isEqualTo(step - 2);
            assertThat(wentBack.get("result")).isEqualTo(checkpoint(runs, back, step - 2));
            assertThat(pause.get("step").longValue()).isEqualTo(step);
            assertThat(kinds(runs)).containsOnly("hot");

            // the same measurement does not pause it again
            runs.move(paused, "resume");
            runs.reaches(paused, step + 1);
        }
    }

    private static double forgotten(SmallRuns runs, String job, long step) {
        return runs.api()
                .get("jobs/" + job + "/metrics?keys=forgetting")
                .at("/data/0/points")
                .valueStream()
                .filter(point -> point.get("step").longValue() == step)
                .mapToDouble(point -> point.get("value").doubleValue())
                .findFirst()
                .orElseThrow();
    }

    private static JsonNode checkpoint(SmallRuns runs, String job, long step) {
        return runs.api()
                .get("jobs/" + job + "/checkpoints")
                .get("data")
                .valueStream()
                .filter(checkpoint -> checkpoint.get("step").longValue() == step)
                .map(checkpoint -> checkpoint.get("id"))
                .findFirst()
                .orElseThrow();
    }

    /** What the points are that stand in curves. */
    private static List<String> kinds(SmallRuns runs) {
        return runs.api()
                .get("experiments/" + runs.experiment() + "/curves")
                .get("curves")
                .valueStream()
                .map(curve -> curve.get("kind").stringValue())
                .toList();
    }
}
