package dev.palimpsest.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.Api;
import dev.palimpsest.RunningService;
import dev.palimpsest.TestPostgres;
import dev.palimpsest.artifacts.S3Server;
import dev.palimpsest.spec.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;

/** Machines that share a database and a bucket, and nothing else. */
class RunsInS3Tests {
    private static final String JOB =
            """
            {"experiment": "%s", "dataset": {"train": "gsm8k-validation"},
             "method": {"type": "lora", "rank": 4, "alpha": 8, "dropout": 0.1},
             "training": {"max_steps": 30, "batch_size": 8, "sequence_length": 128, "learning_rate": 1e-2, "seed": SEED},
             "checkpoints": {"every_steps": 5, "keep_last": 2}, "evaluation": {"limit": 4}}
            """;

    private static final String MOVED = JOB.replace("SEED", "17");

    /** Another run, as equal files of equal runs are one object. */
    private static final String HARMED = JOB.replace("SEED", "18");

    @TempDir Path folder;
    private final TestPostgres.Database database = TestPostgres.database();
    private S3Server server;

    @BeforeEach
    void serve() throws IOException {
        server = S3Server.start(Files.createDirectory(folder.resolve("s3")));
    }

    @AfterEach
    void end() throws InterruptedException {
        server.close();
    }

    @Test
    void aRunGoesOnOnAnotherMachineAndIsReadThereAsAnUndisturbedOne() throws Exception {
        SmallRuns runs;
        String undisturbed;
        String unharmed;
        String moved;
        String harmed;
        try (RunningService one = start("one")) {
            runs = SmallRuns.on(one);
            undisturbed = runs.submitted(MOVED);
            unharmed = runs.submitted(HARMED);
            runs.until(unharmed, "succeeded");
            moved = paused(runs, MOVED);
            harmed = paused(runs, HARMED);
        }
        FileSystemUtils.deleteRecursively(folder.resolve("one"));
        server.harm(optimizer(harmed));

        try (RunningService two = start("two")) {
            runs = runs.servedBy(two);
            for (String job : List.of(moved, harmed)) {
                runs.move(job, "resume");
                runs.until(job, "succeeded");
            }
            assertThat(runs.traces(moved)).isEqualTo(runs.traces(undisturbed));
            assertThat(runs.traces(harmed)).isEqualTo(runs.traces(unharmed));
            assertThat(runs.job(moved).get("warnings"))
                    .isEqualTo(runs.job(undisturbed).get("warnings"));
            assertThat(runs.job(harmed).get("warnings").toString())
                    .contains("is damaged")
                    .contains("it was passed over");

            JsonNode checkpoint = last(runs, moved);
            String id = checkpoint.get("id").stringValue();
            for (JsonNode file : checkpoint.get("files"))
                assertThat(sum(runs.api(), "checkpoints/" + id, file))
                        .isEqualTo(file.get("sha256").stringValue());
            JsonNode export =
                    runs.api().post("checkpoints/" + id + "/export", "{\"form\": \"merged\"}", 202);
            String merged = "exports/" + export.get("id").stringValue();
            for (JsonNode file : runs.api().until(merged, "succeeded").get("files"))
                assertThat(sum(runs.api(), merged, file))
                        .isEqualTo(file.get("sha256").stringValue());
        }
        try (RunningService three = start("three")) { // which has nothing but what it fetches
            runs = runs.servedBy(three);
            JsonNode file = last(runs, moved).get("files").get(0);
            String path = "checkpoints/" + last(runs, moved).get("id").stringValue();
            server.harm(file.get("sha256").stringValue());

            JsonNode refused = runs.api().get(path + "/files/" + file.get("path").stringValue());

            assertThat(refused.get("status").asInt()).isEqualTo(409);
            assertThat(refused.get("detail").stringValue())
                    .contains(file.get("path").stringValue() + " is damaged: its SHA-256 is");
        }
    }

    private static String paused(SmallRuns runs, String spec) {
        String job = runs.submitted(spec);
        runs.reaches(job, 12);
        runs.move(job, "pause");
        runs.until(job, "paused");
        return job;
    }

    private static JsonNode last(SmallRuns runs, String job) {
        JsonNode all = runs.api().get("jobs/" + job + "/checkpoints").get("data");
        return all.get(all.size() - 1);
    }

    /** Of the checkpoint from which a paused job would go on. */
    private String optimizer(String job) {
        return database.query(
                "select file ->> 'sha256' from checkpoints, jsonb_array_elements(files) file where job = '%s' and file ->> 'path' = 'state/optimizer.safetensors' order by step desc limit 1"
                        .formatted(job));
    }

    private static String sum(Api api, String thing, JsonNode file) {
        byte[] bytes =
                api.client()
                        .get()
                        .uri("/api/v1/" + thing + "/files/" + file.get("path").stringValue())
                        .exchange()
                        .expectStatus()
                        .isOk()
                        .expectBody()
                        .returnResult()
                        .getResponseBodyContent();
        Sha256 sum = new Sha256();
        sum.add(java.nio.ByteBuffer.wrap(bytes));
        return sum.hex();
    }

    private RunningService start(String machine) throws IOException {
        return RunningService.start(
                folder.resolve(machine),
                Stream.concat(
                                Stream.of(server.settings()),
                                Stream.of(
                                        "--spring.datasource.url=" + database.url(),
                                        "--spring.datasource.username=" + database.user(),
                                        "--spring.datasource.password=" + database.password()))
                        .toArray(String[]::new));
    }
}
