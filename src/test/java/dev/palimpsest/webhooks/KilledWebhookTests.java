package dev.palimpsest.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.Api;
import dev.palimpsest.RunningService;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole service, killed right after jobs ended and before their ends were told. */
class KilledWebhookTests {
    private static final int JOBS = 12;

    private static final String EXPERIMENT =
            """
            {"name": "told", "base_model": "palimpsest-mini",
             "learning_tasks": ["gsm8k_perplexity"], "forgetting_tasks": []}""";

    private static final String JOB =
            """
            {"experiment": "%s", "executor": "external", "dataset": {"train": "a corpus that is not here"},
             "method": {"type": "full"}, "training": {"max_steps": 2, "learning_rate": 1e-3}}""";

    @TempDir Path home;

    @Test
    void noEndOfAJobIsLostThoughTheServiceIsKilledAndTheEndpointDown() throws Exception {
        Set<String> ended = new TreeSet<>();
        try (Receiver receiver = new Receiver()) {
            receiver.alwaysAnswer(503);
            try (RunningService service = start()) {
                Api api = new Api(service.client());
                String webhook =
                        "{\"url\": \"%s\", \"events\": [\"job.succeeded\"]}"
                                .formatted(receiver.url("/hook"));
                api.post("webhooks", webhook, 201);
                String experiment =
                        api.post("experiments", EXPERIMENT, 201).get("id").stringValue();
                for (int i = 0; i < JOBS; i++) {
                    String job =
                            api.post("jobs", JOB.formatted(experiment), Api.ANY_SUCCESS)
                                    .get("id")
                                    .stringValue();
                    api.post("jobs/" + job + "/end", "{\"outcome\": \"succeeded\"}", 200);
                    ended.add(job);
                }
                service.kill();
            }
            int refused = receiver.received().size();
            receiver.alwaysAnswer(204);
            try (RunningService _ = start()) {
                Awaitility.await()
                        .atMost(Duration.ofMinutes(2))
                        .untilAsserted(() -> assertThat(told(receiver, refused)).hasSize(JOBS));
            }
            assertThat(told(receiver, refused)).isEqualTo(ended);
            assertThat(receiver.received().stream().map(Receiver.Received::id).distinct())
                    .hasSize(JOBS);
        }
    }

    private static Set<String> told(Receiver receiver, int from) {
        return receiver.received().stream()
                .skip(from)
                .map(one -> one.json().at("/data/id").stringValue())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private RunningService start() throws Exception {
        return RunningService.start(
                home,
                "--palimpsest.egress.allow=127.0.0.1/32",
                "--db-scheduler.heartbeat-interval=1s");
    }
}
