package dev.palimpsest.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.RunningService;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The whole service with real trainers, killed in the middle of their runs. */
class KilledRunTests {
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
        SmallRuns runs;
        String undisturbed;
        String killed;
        try (RunningService service = RunningService.start(home)) {
            runs = SmallRuns.on(service);
            undisturbed = runs.submitted(JOB);
            runs.until(undisturbed, "succeeded");

            killed = runs.submitted(JOB);
            runs.reaches(killed, 25);
            RunningService.trainer().orElseThrow().destroyForcibly();
            runs.reaches(killed, 65);
            service.kill();
        }
        try (RunningService service = RunningService.start(home)) {
            runs = runs.servedBy(service);
            runs.until(killed, "succeeded");

            assertThat(runs.outcomes(killed)).containsExactly("failed", "lost", "finished");
            assertThat(runs.traces(killed)).isEqualTo(runs.traces(undisturbed));
            assertThat(runs.scores(killed)).hasSize(6);
            JsonNode tradeoff = runs.api().get("experiments/" + runs.experiment() + "/tradeoff");
            assertThat(tradeoff.get("points").size()).isEqualTo(4);
            assertThat(tradeoff.at("/base/source_score").isNumber()).isTrue();
        }
    }

    @Test
    void aServiceThatIsStoppedGoesOnWithItsJobWithoutLosingAnAttempt() throws Exception {
        SmallRuns runs;
        String job;
        try (RunningService service = RunningService.start(home)) {
            runs = SmallRuns.on(service);
            job = runs.submitted(JOB);
            runs.reaches(job, 25);
        }
        try (RunningService service = RunningService.start(home)) {
            runs = runs.servedBy(service);
            runs.until(job, "succeeded");

            assertThat(runs.outcomes(job)).containsExactly("handed_back", "finished");
            assertThat(runs.traces(job).get(0)).startsWith("eval/");
        }
    }
}
