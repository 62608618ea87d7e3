package dev.palimpsest.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.palimpsest.Api;
import dev.palimpsest.RunningService;
import dev.palimpsest.RunningService.Place;
import dev.palimpsest.home.PostgresBinaries;
import dev.palimpsest.home.PostgresServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Work on checkpoints, whose process finds the disk full; it writes more than is left there. */
class FullDiskTests {
    private static final long LEFT = 4 << 20;
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String EXPERIMENT =
            """
            {"name": "on a full disk", "base_model": "palimpsest-mini",
             "learning_tasks": ["gsm8k_perplexity"], "forgetting_tasks": ["definitions_choice"]}""";
    private static final String JOB =
            """
            {"experiment": "%s", "dataset": {"train": "gsm8k-validation"}, "method": {"type": "full"},
             "training": {"max_steps": 1, "batch_size": 1, "sequence_length": 64, "learning_rate": 1e-4},
             "checkpoints": {"keep_last": 1}, "evaluation": {"limit": 1}}""";

    @TempDir Path folder;

    @Test
    void whatADiskHasNoRoomForIsDoneOnceThereIsRoom() throws Exception {
        Path home = folder.resolve("home");
        Optional<SmallDisk> small = SmallDisk.at(home);
        assumeThat(small).as("namespaces, for a disk of its own").isPresent();
        try (SmallDisk disk = small.orElseThrow();
                PostgresServer postgres = postgres();
                RunningService service = start(disk, home, postgres)) {
            Api api = new Api(service.client());
            String checkpoint = "checkpoints/" + trained(api);

            disk.fillBut(LEFT);
            String export = asked(api, checkpoint + "/export", "{\"form\": \"merged\"}");
            String scoring = asked(api, checkpoint + "/truncations", "{\"rank\": 2}");
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> foundItFull(service, export) && foundItFull(service, scoring));
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> api.get("workers").at("/data/0/disk_full").asBoolean());
            assertThat(api.get("scorings/" + scoring).get("status").stringValue())
                    .isEqualTo("queued");

            disk.makeRoom();

            JsonNode made = api.until("exports/" + export, "succeeded");
            assertThat(made.get("files")).isNotEmpty();
            JsonNode scored = api.until("scorings/" + scoring, "succeeded");
            assertThat(scored.at("/tasks/0/evaluation").isString()).isTrue();
        }
    }

    private static String trained(Api api) {
        String experiment = api.post("experiments", EXPERIMENT, 201).get("id").stringValue();
        String job = api.post("jobs", JOB.formatted(experiment), 202).get("id").stringValue();
        api.until("jobs/" + job, "succeeded");
        return api.get("jobs/" + job + "/checkpoints").at("/data/0/id").stringValue();
    }

    private static String asked(Api api, String path, String body) {
        return api.post(path, body, 202).get("id").stringValue();
    }

    private static boolean foundItFull(RunningService service, String piece) {
        return service.log().stream()
                .anyMatch(line -> line.contains(piece) && line.contains("found a disk full"));
    }

    private PostgresServer postgres() throws IOException {
        return PostgresServer.start(
                PostgresBinaries.unpackedIn(Path.of("target/postgres").toAbsolutePath()),
                folder.resolve("postgres"));
    }

    private static RunningService start(SmallDisk disk, Path home, PostgresServer postgres)
            throws IOException {
        return RunningService.start(
                new Place(disk.within(), List.of()),
                home,
                "--spring.datasource.url=" + postgres.url("postgres"),
                "--spring.datasource.username=" + postgres.user(),
                "--spring.datasource.password=" + postgres.password(),
                "--palimpsest.retry.most-attempts=20",
                "--palimpsest.worker.least-room=1MB",
                "--palimpsest.worker.heartbeat=1s");
    }
}
