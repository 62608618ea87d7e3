package dev.palimpsest.exports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.Api;
import dev.palimpsest.RunningService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The whole service, killed and stopped while it exports. */
class KilledExportTests {
    @TempDir Path home;

    @Test
    void anExportWhoseServiceEndsIsMadeAfterTheNextStart() throws Exception {
        String asked;
        try (RunningService service = start()) {
            TrainedJob job = TrainedJob.on(service.client());
            asked = job.export(job.checkpoint(), "gguf_q8_0", 202).get("id").stringValue();
            ProcessHandle process = RunningService.begunTrainer();
            service.kill();
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !process.isAlive());
        }
        try (RunningService service = start()) {
            service.client()
                    .get()
                    .uri("/api/v1/exports/{id}/archive", asked)
                    .exchange()
                    .expectStatus()
                    .isEqualTo(409);
            RunningService.begunTrainer();
        }
        try (RunningService service = start()) {
            TrainedJob job = new TrainedJob(new Api(service.client()), List.of());
            JsonNode made = job.until("exports/" + asked, "succeeded");

            assertThat(made.get("largest_logit_difference").doubleValue()).isLessThan(1e-3);
            Awaitility.await().until(() -> folders().equals(List.of(asked)));
        }
    }

    private List<String> folders() throws IOException {
        try (Stream<Path> folders = Files.list(home.resolve("exports"))) {
            return folders.map(folder -> folder.getFileName().toString()).toList();
        }
    }

    private RunningService start() throws Exception {
        return RunningService.start(home, "--db-scheduler.heartbeat-interval=1s");
    }
}
