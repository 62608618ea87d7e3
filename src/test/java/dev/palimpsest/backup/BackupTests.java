package dev.palimpsest.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.Api;
import dev.palimpsest.RunningService;
import dev.palimpsest.worker.SmallRuns;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;

/** A service of its own that is copied while it runs, wiped, and put back. */
class BackupTests {
    private static final String JOB =
            """
            {"experiment": "%s", "dataset": {"train": "gsm8k-validation"},
             "method": {"type": "lora", "rank": 4, "alpha": 8},
             "training": {"max_steps": STEPS, "batch_size": 4, "sequence_length": 64, "learning_rate": 1e-2},
             "checkpoints": {"every_steps": 3, "keep_last": 2}, "evaluation": {"limit": 2}}
            """;

    @TempDir Path folder;

    @Test
    void whatWasWipedAndRestoredTellsTheSameToTheByte() throws Exception {
        Path home = folder.resolve("home");
        Path copy = folder.resolve("copy");
        String experiment;
        byte[] report;
        byte[] weights;
        String weightsAt;
        String running;
        try (RunningService service = RunningService.start(home)) {
            SmallRuns runs = SmallRuns.on(service);
            experiment = runs.experiment();
            String job = runs.submitted(JOB.replace("STEPS", "6"));
            runs.until(job, "succeeded");
            report = read(service, "experiments/" + experiment + "/report");
            JsonNode checkpoint = runs.api().get("jobs/" + job + "/checkpoints").at("/data/0");
            weightsAt =
                    "checkpoints/%s/files/adapter_model.safetensors"
                            .formatted(checkpoint.get("id").stringValue());
            weights = read(service, weightsAt);
            String other =
                    runs.api()
                            .post(
                                    "experiments",
                                    "{\"name\": \"busy\", \"base_model\": \"tiny\", \"learning_tasks\": [\"gsm8k_perplexity\"]}",
                                    201)
                            .get("id")
                            .stringValue();
            running = new SmallRuns(runs.api(), other).submitted(JOB.replace("STEPS", "60"));
            runs.until(running, "running");

            assertThat(run("backup", copy, home)).contains("holds").contains("tables");
            assertThat(run("backup", copy, home)).contains("holds"); // over the earlier one
        }
        FileSystemUtils.deleteRecursively(home);

        assertThat(run("restore", copy, home)).startsWith("Restored");

        try (RunningService service = RunningService.start(home)) {
            assertThat(text(read(service, "experiments/" + experiment + "/report")))
                    .isEqualTo(text(report));
            assertThat(read(service, weightsAt)).isEqualTo(weights);
            new SmallRuns(new dev.palimpsest.Api(service.client()), experiment)
                    .until(running, "succeeded");
        }
    }

    @Test
    void aHarmedBackupAndAHomeThatIsInUseAreRefused() throws Exception {
        Path home = folder.resolve("home");
        Path copy = folder.resolve("copy");
        RunningService.start(home).close();
        run("backup", copy, home);

        assertThat(run("restore", copy, home))
                .contains("there is something in the database already");
        assertThat(run("restore", folder, folder.resolve("other")))
                .contains("holds no whole backup");
        try (Stream<Path> files = Files.walk(copy)) {
            Path table =
                    files.filter(file -> file.endsWith("base_models.copy.gz"))
                            .findFirst()
                            .orElseThrow();
            Files.write(table, new byte[] {1, 2, 3});
        }
        assertThat(run("restore", copy, folder.resolve("another")))
                .contains("base_models.copy.gz of the backup is damaged");
    }

    private static byte[] read(RunningService service, String path) {
        return new Api(service.client()).download(path);
    }

    /** A character for each byte, as a difference of texts can be read. */
    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** Runs the command in a process of its own and answers all that it said. */
    private static String run(String command, Path copy, Path home) throws Exception {
        Process process =
                RunningService.process(
                        home, List.of(command, copy.toString(), "--palimpsest.home=" + home));
        String said = new String(process.getInputStream().readAllBytes());
        process.waitFor();
        return said.lines()
                .filter(
                        line ->
                                line.startsWith("Palimpsest cannot")
                                        || line.contains("tables with"))
                .reduce((_, last) -> last)
                .orElseThrow(() -> new IOException(said));
    }
}
