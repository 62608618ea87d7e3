package dev.palimpsest.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.RunningService;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The whole service with real trainers, of which one makes way for another. */
class PreemptedRunTests {
    /** No checkpoint of its own accord before the end. */
    private static final String JOB =
            """
            {"experiment": "%s", "dataset": {"train": "gsm8k-validation"},
             "method": {"type": "lora", "rank": 4, "alpha": 8, "dropout": 0.1},
             "training": {"max_steps": 60, "batch_size": 6, "micro_batch_size": 4, "sequence_length": 128,
                          "learning_rate": 1e-2, "attention_dropout": 0.1},
             "evaluation": {"limit": 8}, "resources": {"priority": PRIORITY}}
            """;

    @TempDir Path home;

    @Test
    void aRunThatMadeWayForAHigherPriorityEndsAsAnUndisturbedOne() throws Exception {
        try (RunningService service = RunningService.start(home)) {
            SmallRuns runs = SmallRuns.on(service);
            String undisturbed = runs.submitted(JOB.replace("PRIORITY", "1"));
            String equal = runs.submitted(JOB.replace("PRIORITY", "1"));
            runs.until(undisturbed, "succeeded");
            runs.reaches(equal, 15);

            String urgent = runs.submitted(JOB.replace("PRIORITY", "2"));

            JsonNode first = runs.until(urgent, "succeeded");
            JsonNode second = runs.until(equal, "succeeded");
            assertThat(runs.outcomes(undisturbed)).containsExactly("finished");
            assertThat(runs.outcomes(urgent)).containsExactly("finished");
            assertThat(runs.outcomes(equal)).containsExactly("handed_back", "finished");
            assertThat(second.at("/attempts/0/reason").stringValue())
                    .isEqualTo(
                            "job %s of priority 2 waits for a worker like this one"
                                    .formatted(urgent));
            assertThat(Instant.parse(second.at("/attempts/1/started_at").stringValue()))
                    .isAfter(Instant.parse(first.at("/ended_at").stringValue()));
            assertThat(runs.traces(equal)).isEqualTo(runs.traces(undisturbed));
            List<String> events =
                    runs.api()
                            .get("jobs/" + equal + "/events")
                            .get("data")
                            .valueStream()
                            .filter(
                                    event ->
                                            event.get("type")
                                                    .stringValue()
                                                    .equals("yield_requested"))
                            .map(event -> event.at("/data/to").stringValue())
                            .toList();
            assertThat(events).containsExactly(urgent);
        }
    }
}
