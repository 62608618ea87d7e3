package dev.palimpsest.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.RunningService;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trainers of the whole service, killed at moments that a seed draws: every other one while it
 * writes a checkpoint. {@code -Dpalimpsest.kills=50} kills that many, {@code -Dpalimpsest.seed=1}
 * draws other moments.
 */
class KilledAnywhereTests {
    private static final Logger LOG = LoggerFactory.getLogger(KilledAnywhereTests.class);
    private static final int KILLS = Integer.getInteger("palimpsest.kills", 4);
    private static final int SEED = Integer.getInteger("palimpsest.seed", 17);
    private static final int SAVED_EVERY = 5;
    private static final int STEPS = 40;

    private static final String JOB =
            """
            {"experiment": "%s", "dataset": {"train": "gsm8k-validation"}, "method": {"type": "full"},
             "training": {"max_steps": 40, "batch_size": 8, "micro_batch_size": 5, "sequence_length": 64,
                          "learning_rate": 1e-3, "attention_dropout": 0.1},
             "checkpoints": {"every_steps": 5, "keep_last": 2},
             "evaluation": {"at": {"steps": [20]}, "limit": 4}}
            """;

    @TempDir Path home;

    @Test
    void aRunWhoseTrainerWasKilledAtAnyMomentEndsAsAnUndisturbedOne() throws Exception {
        Random random = new Random(SEED);
        try (RunningService service = RunningService.start(home)) {
            SmallRuns runs = SmallRuns.on(service);
            runs.until(runs.submitted(JOB), "succeeded"); // scores the base model for all
            String undisturbed = runs.submitted(JOB);
            RunningService.begunTrainer();
            long began = System.nanoTime();
            runs.until(undisturbed, "succeeded");
            long life = System.nanoTime() - began;
            List<String> traces = runs.traces(undisturbed);

            int midWrite = 0;
            int kill = 0;
            for (int run = 0; kill < KILLS && run < 3 * KILLS; run++) {
                String job = runs.submitted(JOB);
                ProcessHandle trainer = RunningService.begunTrainer();
                long alive = System.nanoTime();
                Path written = null;
                if (kill % 2 == 0) {
                    reach(alive + random.nextLong(life * 9 / 10));
                } else {
                    int step = SAVED_EVERY * (1 + random.nextInt(STEPS / SAVED_EVERY));
                    written = folder(job).resolve("step-%d.part".formatted(step));
                    appears(written);
                }
                trainer.destroyForcibly(); // kill -9; too late for one that has ended
                long millis = (System.nanoTime() - alive) / 1_000_000;
                boolean half = written != null && Files.exists(written);
                if (half) midWrite++;
                runs.until(job, "succeeded");

                assertThat(runs.traces(job)).as("run %d, seed %d", run, SEED).isEqualTo(traces);
                if (runs.outcomes(job).size() == 1) continue;
                kill++;
                LOG.info(
                        "kill {} of {}: {} ms after the start{}; {}",
                        kill,
                        KILLS,
                        millis,
                        half ? ", while " + written.getFileName() + " was written" : "",
                        runs.outcomes(job));
            }
            LOG.info("{} of {} trainers were killed while they wrote", midWrite, KILLS);
            assertThat(kill).isEqualTo(KILLS);
            assertThat(midWrite).isPositive();
        }
    }

    private Path folder(String job) {
        return home.resolve("jobs").resolve(job).resolve("attempt-1");
    }

    private static void reach(long moment) {
        long ahead = Math.max(1, moment - System.nanoTime());
        Awaitility.await()
                .pollDelay(Duration.ofNanos(ahead))
                .atMost(Duration.ofNanos(ahead).plusSeconds(10))
                .until(() -> true);
    }

    /** Looked for without a pause, as it may be there for some milliseconds only. */
    private static void appears(Path written) {
        long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (!Files.exists(written) && System.nanoTime() < end) Thread.onSpinWait();
    }
}
