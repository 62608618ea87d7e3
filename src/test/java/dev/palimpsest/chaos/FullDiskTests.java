package dev.palimpsest.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.palimpsest.Api;
import dev.palimpsest.RunningService;
import dev.palimpsest.RunningService.Place;
import dev.palimpsest.StartedFaster;
import dev.palimpsest.home.PostgresBinaries;
import dev.palimpsest.home.PostgresServer;
import dev.palimpsest.spec.Binder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.test.web.servlet.client.EntityExchangeResult;
import org.springframework.test.web.servlet.client.RestTestClient;
import tools.jackson.databind.JsonNode;

/** A disk on which nothing, or too little, is left. */
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
        try (SmallDisk disk = disk(home);
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

    @Test
    void aServiceWhoseDatabaseHasNoRoomSaysSoAndGoesOnOnceThereIsSome() throws Exception {
        Path home = folder.resolve("home");
        try (SmallDisk disk = disk(home)) {
            StartedFaster.givePostgres(disk.seen());
            try (RunningService service =
                    RunningService.start(
                            new Place(disk.within(), List.of()),
                            home,
                            "--spring.datasource.hikari.connection-timeout=250")) {
                PostgresServer postgres =
                        PostgresServer.joined(programs(), disk.seen().resolve("postgres"));
                Experiments experiments = new Experiments(Api.once(service.port()));
                experiments.make();
                assertThat(experiments.made).hasSize(1);

                disk.fill();
                for (int i = 0; i < 5; i++) experiments.make();
                beginSegment(postgres); // the log of what is written needs a new file now
                for (int i = 0; i < 5; i++) experiments.make();
                assertThat(experiments.refused)
                        .contains("the database's disk is full; make room there and ask again")
                        .contains("the database is out of reach; ask again");

                disk.makeRoom();
                int before = experiments.made.size();
                Awaitility.await()
                        .atMost(PATIENCE)
                        .until(() -> experiments.make() && experiments.made.size() > before);
                assertThat(experiments.listed())
                        .doesNotHaveDuplicates()
                        .containsAll(experiments.made);
            }
        }
    }

    /** What was answered to requests that want more room than a page has left. */
    private record Experiments(RestTestClient client, List<String> made, Set<String> refused) {
        Experiments(RestTestClient client) {
            this(client, new ArrayList<>(), new HashSet<>());
        }

        boolean make() {
            EntityExchangeResult<String> said =
                    client.post()
                            .uri("/api/v1/experiments")
                            .contentType(MediaType.APPLICATION_JSON)
                            .body(
                                    EXPERIMENT.replace(
                                            "\"base_model\"",
                                            "\"description\": \"%s\", \"base_model\""
                                                    .formatted(noise())))
                            .exchange()
                            .expectBody(String.class)
                            .returnResult();
            assertThat(said.getResponseBody()).as(said.toString()).isNotNull();
            JsonNode answer = Binder.JSON.readTree(said.getResponseBody());
            if (answer.has("id")) return made.add(answer.get("id").stringValue());
            assertThat(answer.get("status").asInt()).as(answer.toString()).isEqualTo(503);
            refused.add(answer.get("detail").stringValue());
            return false;
        }

        List<String> listed() {
            return new Api(client)
                    .get("experiments?limit=100")
                    .get("data")
                    .valueStream()
                    .map(one -> one.get("id").stringValue())
                    .toList();
        }

        /** No compression makes it fit. */
        private static String noise() {
            return Stream.generate(UUID::randomUUID)
                    .limit(200)
                    .map(UUID::toString)
                    .collect(Collectors.joining());
        }
    }

    private static SmallDisk disk(Path home) throws IOException, InterruptedException {
        Optional<SmallDisk> small = SmallDisk.at(home);
        assumeThat(small).as("namespaces, for a disk of its own").isPresent();
        return small.orElseThrow();
    }

    private static void beginSegment(PostgresServer postgres) {
        JdbcClient.create(
                        new DriverManagerDataSource(
                                postgres.url("postgres"), postgres.user(), postgres.password()))
                .sql("select pg_switch_wal()::text")
                .query(String.class)
                .single();
    }

    private static PostgresBinaries programs() throws IOException {
        return PostgresBinaries.unpackedIn(Path.of("target/postgres").toAbsolutePath());
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
        return PostgresServer.start(programs(), folder.resolve("postgres"));
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
