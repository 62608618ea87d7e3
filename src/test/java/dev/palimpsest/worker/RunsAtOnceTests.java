package dev.palimpsest.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.RunningService;
import java.nio.file.Path;
import java.time.Instant;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The whole service with real trainers, two of them at a time. */
class RunsAtOnceTests {
    private static final String JOB =
            """
            {"experiment": "%s", "dataset": {"train": "gsm8k-validation"},
             "method": {"type": "lora", "rank": 4, "alpha": 8, "dropout": 0.1},
             "training": {"max_steps": 60, "batch_size": ROWS, "micro_batch_size": ROWS, "sequence_length": 512,
                          "learning_rate": 1e-2, "attention_dropout": 0.1},
             "evaluation": {"limit": 8}}
            """;

    @TempDir Path home;

    @Test
    void twoRunAtOnceToTheirOwnDigitsAndOneThatDoesNotFitBesideThemWaits() throws Exception {
        try (RunningService service =
                RunningService.start(
                        home, "--palimpsest.worker.slots=3", "--palimpsest.worker.threads=1")) {
            SmallRuns runs = SmallRuns.on(service);
            String alone = runs.submitted(JOB.replace("ROWS", "4"));
            runs.until(alone, "succeeded");

            String first = runs.submitted(JOB.replace("ROWS", "4"));
            String second = runs.submitted(JOB.replace("ROWS", "4"));
            String large = runs.submitted(JOB.replace("ROWS", rowsThatFillTheDevice(runs)));
            runs.reaches(first, 5);
            runs.reaches(second, 5);

            assertThat(runs.job(large).get("status").stringValue()).isEqualTo("queued");
            runs.move(large, "cancel");
            JsonNode one = runs.until(first, "succeeded").at("/attempts/0");
            JsonNode other = runs.until(second, "succeeded").at("/attempts/0");
            assertThat(at(one, "started_at")).isBefore(at(other, "ended_at"));
            assertThat(at(other, "started_at")).isBefore(at(one, "ended_at"));
            assertThat(runs.traces(first)).isEqualTo(runs.traces(alone));
            assertThat(runs.traces(second)).isEqualTo(runs.traces(alone));
            Awaitility.await()
                    .untilAsserted(
                            () ->
                                    assertThat(runs.api().get("workers").at("/data/0/current_jobs"))
                                            .isEmpty());
        }
    }

    /** Nearly, by its plans for fewer. */
    private static String rowsThatFillTheDevice(SmallRuns runs) {
        JsonNode few = plan(runs, 100);
        JsonNode more = plan(runs, 200);
        long each = (total(more) - total(few)) / 100;
        long left = few.get("device_bytes").longValue() - total(few) - (256L << 20);
        return Long.toString(100 + left / each);
    }

    private static JsonNode plan(SmallRuns runs, int rows) {
        String spec = JOB.replace("ROWS", Integer.toString(rows)).formatted(runs.experiment());
        return runs.api().post("jobs?dry_run=true", spec, 200);
    }

    private static long total(JsonNode plan) {
        return plan.at("/memory/peak").longValue();
    }

    private static Instant at(JsonNode attempt, String field) {
        return Instant.parse(attempt.get(field).stringValue());
    }
}
