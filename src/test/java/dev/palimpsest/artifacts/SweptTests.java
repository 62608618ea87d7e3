package dev.palimpsest.artifacts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.RunningService;
import dev.palimpsest.TestPostgres;
import dev.palimpsest.home.Home;
import dev.palimpsest.worker.SmallRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import tools.jackson.databind.JsonNode;

/** A service whose artifacts lie in a bucket, killed at several moments, and what it leaves. */
class SweptTests {
    private static final String JOB =
            """
            {"experiment": "%s", "dataset": {"train": "gsm8k-validation"},
             "method": {"type": "lora", "rank": 4, "alpha": 8},
             "training": {"max_steps": 24, "batch_size": 8, "sequence_length": 128, "learning_rate": 1e-2},
             "checkpoints": {"every_steps": 1, "keep_last": 2}, "evaluation": {"limit": 2}}
            """;

    @TempDir Path folder;
    private final TestPostgres.Database database = TestPostgres.database();

    @Test
    void afterKillsTheSweepLeavesExactlyWhatRowsName() throws Exception {
        try (S3Server server = S3Server.start(Files.createDirectory(folder.resolve("s3")))) {
            killedAtSeveralMoments(server);
            Home home = new Home(folder.resolve("home"));
            Files.createDirectories(home.jobs().resolve("job_that_was_deleted/attempt-1/step-2"));
            Files.writeString(home.datasets().resolve(".partial-x"), "half a dataset");
            try (Remains remains =
                    new Remains(server, List.of(home.root()), JdbcClient.create(dataSource()))) {
                assertThat(remains.stored()).hasSizeGreaterThan(remains.named().size());

                remains.sweep();

                assertThat(remains.stored()).isEqualTo(remains.named());
                assertThat(remains.unnamed()).isEmpty();
                remains.verify(Files.createDirectory(folder.resolve("cache")));
            }
        }
    }

    private void killedAtSeveralMoments(S3Server server) throws Exception {
        SmallRuns runs;
        String job;
        try (RunningService service = start(server)) {
            runs = SmallRuns.on(service);
            job = runs.submitted(JOB);
            runs.reaches(job, 3);
            service.kill();
        }
        try (RunningService service = start(server)) {
            runs = runs.servedBy(service);
            ProcessHandle trainer = RunningService.begunTrainer();
            runs.reaches(job, 9);
            trainer.destroyForcibly();
            runs.reaches(job, 14);
            service.kill();
        }
        String export;
        try (RunningService service = start(server)) {
            runs = runs.servedBy(service);
            runs.until(job, "succeeded");
            JsonNode checkpoints = runs.api().get("jobs/" + job + "/checkpoints").get("data");
            String last = checkpoints.get(checkpoints.size() - 1).get("id").stringValue();
            export =
                    runs.api()
                            .post("checkpoints/" + last + "/export", "{\"form\": \"merged\"}", 202)
                            .get("id")
                            .stringValue();
            ProcessHandle process = RunningService.begunTrainer();
            service.kill();
            process.destroyForcibly();
        }
        try (RunningService service = start(server)) {
            runs.servedBy(service).api().until("exports/" + export, "succeeded");
        }
    }

    private DriverManagerDataSource dataSource() {
        return new DriverManagerDataSource(database.url(), database.user(), database.password());
    }

    private RunningService start(S3Server server) throws IOException {
        return RunningService.start(
                folder.resolve("home"),
                Stream.concat(
                                Stream.of(server.settings()),
                                Stream.of(
                                        "--db-scheduler.heartbeat-interval=1s",
                                        "--spring.datasource.url=" + database.url(),
                                        "--spring.datasource.username=" + database.user(),
                                        "--spring.datasource.password=" + database.password()))
                        .toArray(String[]::new));
    }
}
