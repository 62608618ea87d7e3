package dev.palimpsest.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.RunningService;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole service with real trainers, stopped in good order in the middle of their runs. */
class PausedRunTests {
    /** No checkpoint of its own accord before the end. */
    private static final String JOB =
            """
            {"experiment": "%s", "dataset": {"train": "gsm8k-validation"},
             "method": {"type": "lora", "rank": 4, "alpha": 8, "dropout": 0.1},
             "training": {"max_steps": 60, "batch_size": 6, "micro_batch_size": 4, "sequence_length": 128,
                          "learning_rate": 1e-2, "attention_dropout": 0.1},
             "evaluation": {"limit": 8}}
            """;

    @TempDir Path home;

    @Test
    void aRunThatWasStoppedInEveryGoodOrderEndsAsAnUndisturbedOne() throws Exception {
        SmallRuns runs;
        String undisturbed;
        String stopped;
        long pausedAt;
        long leftAt;
        try (RunningService service = RunningService.start(home)) {
            runs = SmallRuns.on(service);
            undisturbed = runs.submitted(JOB);
            runs.until(undisturbed, "succeeded");
            stopped = runs.submitted(JOB);

            runs.reaches(stopped, 15);
            runs.move(stopped, "pause");
            pausedAt = runs.until(stopped, "paused").at("/progress/step").longValue();
            assertThat(runs.resumable(stopped)).containsExactly(pausedAt);
            assertThat(RunningService.trainer()).isEmpty();

            runs.move(stopped, "resume");
            runs.reaches(stopped, pausedAt + 10);
            RunningService.trainer().orElseThrow().destroy(); // SIGTERM
            runs.reaches(stopped, pausedAt + 20);
        }
        try (RunningService service = RunningService.start(home)) {
            runs = runs.servedBy(service);
            leftAt = runs.resumable(stopped).getLast();
            runs.until(stopped, "succeeded");

            assertThat(runs.outcomes(stopped))
                    .containsExactly("paused", "handed_back", "handed_back", "finished");
            assertThat(leftAt).isGreaterThanOrEqualTo(pausedAt + 20);
            assertThat(runs.traces(stopped)).isEqualTo(runs.traces(undisturbed));
        }
    }

    @Test
    void aPausedJobStaysPausedOverARestartAndMayBeCancelled() throws Exception {
        SmallRuns runs;
        String waiting;
        String running;
        try (RunningService service = RunningService.start(home)) {
            runs = SmallRuns.on(service);
            running = runs.submitted(JOB);
            waiting = runs.submitted(JOB);
            runs.move(waiting, "pause");
            assertThat(runs.job(waiting).get("status").stringValue()).isEqualTo("paused");
            runs.reaches(running, 5);
            runs.move(running, "pause");
            runs.until(running, "paused");
        }
        try (RunningService service = RunningService.start(home)) {
            runs = runs.servedBy(service);
            runs.move(running, "cancel");
            assertThat(runs.job(running).get("status").stringValue()).isEqualTo("cancelled");
            assertThat(runs.job(waiting).get("status").stringValue()).isEqualTo("paused");

            runs.move(waiting, "resume");

            runs.until(waiting, "succeeded");
            assertThat(runs.outcomes(waiting)).isEqualTo(List.of("finished"));
        }
    }
}
