package dev.palimpsest.spectra;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.Api;
import dev.palimpsest.RunningService;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The whole service, and its process alone, killed while a checkpoint is compared. */
class KilledSpectraTests {
    private static final String EXPERIMENT =
            """
            {"name": "killed", "base_model": "palimpsest-mini",
             "learning_tasks": ["gsm8k_perplexity"], "forgetting_tasks": []}
            """;

    private static final String JOB =
            """
            {"experiment": "%s", "dataset": {"train": "gsm8k-validation"}, "method": {"type": "full"},
             "training": {"max_steps": 1, "batch_size": 1, "learning_rate": 1e-3}, "evaluation": {"limit": 1}}
            """;

    @TempDir Path home;

    @Test
    void spectraWhoseServiceOrProcessIsKilledGoOn() throws Exception {
        String checkpoint;
        try (RunningService service = start()) {
            Api api = new Api(service.client());
            checkpoint = trained(api);
            api.post("checkpoints/" + checkpoint + "/spectra", "{}", 202);
            ProcessHandle process = RunningService.begunTrainer();
            service.kill();
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !process.isAlive());
        }
        try (RunningService service = start()) {
            Api api = new Api(service.client());
            String path = "checkpoints/" + checkpoint + "/spectra";

            JsonNode spectra = api.until(path, "succeeded");

            assertThat(spectra.at("/summary/matrices").asInt() % 7).isZero();
            assertThat(spectra.at("/summary/matrices").asInt()).isPositive();
            assertThat(spectra.at("/data").valueStream().map(one -> one.get("id").stringValue()))
                    .doesNotHaveDuplicates();

            service.client().delete().uri("/api/v1/" + path).exchange();
            api.post(path, "{}", 202);
            RunningService.begunTrainer().destroyForcibly();

            assertThat(api.until(path, "succeeded").at("/summary/matrices").asInt() % 7).isZero();
        }
    }

    private static String trained(Api api) {
        String experiment = api.post("experiments", EXPERIMENT, 201).get("id").stringValue();
        String job = api.post("jobs", JOB.formatted(experiment), 202).get("id").stringValue();
        api.until("jobs/" + job, "succeeded");
        return api.get("jobs/" + job + "/checkpoints").at("/data/0/id").stringValue();
    }

    private RunningService start() throws Exception {
        return RunningService.start(home, "--db-scheduler.heartbeat-interval=1s");
    }
}
