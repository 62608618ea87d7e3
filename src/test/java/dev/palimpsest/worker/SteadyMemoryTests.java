package dev.palimpsest.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.JobSpec;
import dev.palimpsest.trainer.Run;
import dev.palimpsest.trainer.TrainerEvent;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.unit.DataSize;

/**
 * A trainer as the worker starts it, watched from outside; only that memory is counted by small
 * pages, that its heap is small and touched at the start, not as it is first used, and that its
 * Java is not compiled twice, as the second compiler takes 10 to 20 MB once, when it gets to the
 * largest methods.
 */
class SteadyMemoryTests {
    private static final Logger LOG = LoggerFactory.getLogger(SteadyMemoryTests.class);

    private static final String SPEC =
            """
            {"experiment": "exp_1", "dataset": {"train": "words"}, "method": %s,
             "training": {"max_steps": 2000, "learning_rate": 1e-4, "batch_size": 4, "micro_batch_size": 2,
                          "sequence_length": 64, "attention_dropout": 0.1},
             "checkpoints": {"every_steps": 100}}
            """;

    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\": \"full\"}",
                "{\"type\": \"lora\", \"rank\": 8, \"alpha\": 16, \"dropout\": 0.1}"
            })
    void aTrainerHoldsNoMoreMemoryAtStep2000ThanAtStep200(String method) throws Exception {
        Map<Long, Long> resident = new TreeMap<>();
        TrainerCommand command =
                TrainerCommand.ofThisProcess("trainer", DataSize.ofMegabytes(64), 1);
        ProcessBuilder builder = command.in(folder, run(method));
        builder.environment()
                .put("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -Xms64m -XX:+AlwaysPreTouch");
        Process trainer = builder.redirectError(folder.resolve("log").toFile()).start();
        try (BufferedReader lines = trainer.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine())
                if (TrainerEvent.of(line) instanceof TrainerEvent.Metrics metrics
                        && metrics.step() % 200 == 0)
                    resident.put(metrics.step(), residentBytes(trainer));
        }

        assertThat(trainer.waitFor()).isZero();
        LOG.info("resident bytes by step: {}", resident);
        assertThat(resident.get(2000L).doubleValue())
                .isCloseTo(resident.get(200L).doubleValue(), Percentage.withPercentage(3));
    }

    private Path run(String method) throws IOException {
        Path words = folder.resolve("words.jsonl");
        Files.write(
                words,
                IntStream.range(0, 500)
                        .mapToObj(i -> "{\"text\": \"%s\"}".formatted("word ".repeat(i % 60 + 2)))
                        .toList());
        Run run =
                new Run(
                        "job_1",
                        1,
                        Binder.bind(SPEC.formatted(method), JobSpec.class),
                        Path.of("src/test/resources/oracles/llama_tied/model")
                                .toAbsolutePath()
                                .toString(),
                        new Run.Data(words.toString(), "text"),
                        null,
                        List.of(),
                        folder.resolve("attempt-1").toString(),
                        List.of(),
                        null,
                        List.of(),
                        Map.of(),
                        1,
                        "cpu",
                        Run.Past.NONE,
                        null,
                        null);
        return Files.writeString(folder.resolve("run.json"), Binder.JSON.writeValueAsString(run));
    }

    private static long residentBytes(Process process) throws IOException {
        for (String line :
                Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")))
            if (line.startsWith("VmRSS")) return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
        throw new IOException("process " + process.pid() + " has ended");
    }
}
