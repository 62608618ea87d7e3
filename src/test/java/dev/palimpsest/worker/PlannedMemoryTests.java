package dev.palimpsest.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.model.Architecture;
import dev.palimpsest.model.MemoryPlan;
import dev.palimpsest.model.RandomModel;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.JobSpec;
import dev.palimpsest.trainer.Run;
import dev.palimpsest.trainer.TrainerEvent;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.JsonNode;

/** What a dry run says beside what a trainer, started as the worker starts it, then tells. */
class PlannedMemoryTests {
    private static final Logger LOG = LoggerFactory.getLogger(PlannedMemoryTests.class);

    private static final String CONFIG =
            """
            {"model_type": "llama", "vocab_size": 8192, "hidden_size": 384, "intermediate_size": 1152, "num_hidden_layers": 8,
             "num_attention_heads": 6, "num_key_value_heads": 3, "max_position_embeddings": 512, "tie_word_embeddings": true}
            """;

    private static final String SPEC =
            """
            {"experiment": "exp_1", "dataset": {"train": "words"}, "regime": "pretraining", "method": %s,
             "training": {"max_steps": 2, "learning_rate": 1e-4, "batch_size": 4, "sequence_length": 256,
                          "precision": "%s", "activation_checkpointing": %s}}
            """;

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"type\": \"full\"} | fp32 | false",
                "{\"type\": \"full\"} | bf16 | true",
                "{\"type\": \"lora\", \"rank\": 8, \"alpha\": 16, \"variant\": \"dora\"} | fp32 | false"
            })
    void aTrainerTrainsAndTakesWhatADryRunSays(String method, String precision, String again)
            throws Exception {
        JobSpec spec = Binder.bind(SPEC.formatted(method, precision, again), JobSpec.class);
        JsonNode config = Binder.JSON.readTree(CONFIG);
        Architecture architecture = Architecture.of(config);
        MemoryPlan plan = MemoryPlan.of(architecture, Float.BYTES, spec.method(), spec.training());
        long trainable = 0;
        long peak = 0;

        Process trainer =
                TrainerCommand.ofThisProcess("trainer", DataSize.ofMegabytes(512), 2)
                        .in(folder, run(spec, config))
                        .redirectError(folder.resolve("log").toFile())
                        .start();
        try (BufferedReader lines = trainer.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine())
                switch (TrainerEvent.of(line)) {
                    case TrainerEvent.Started started -> trainable = started.trainableParameters();
                    case TrainerEvent.Finished finished -> peak = finished.peakBytes();
                    default -> {}
                }
        }

        assertThat(trainer.waitFor()).as(Files.readString(folder.resolve("log"))).isZero();
        LOG.info("{} {}: {} bytes planned, {} measured", method, precision, plan.peak(), peak);
        assertThat(MemoryPlan.trainableParameters(architecture, spec.method()))
                .isEqualTo(trainable);
        assertThat((double) plan.peak()).isCloseTo(peak, Percentage.withPercentage(15));
    }

    private Path run(JobSpec spec, JsonNode config) throws Exception {
        Path model = Files.createDirectory(folder.resolve("model"));
        RandomModel.write(model, config, 17);
        Path teacher = Path.of("src/test/resources/oracles/llama_tied/model");
        for (String file : List.of("tokenizer.json", "tokenizer_config.json"))
            Files.copy(teacher.resolve(file), model.resolve(file));
        Path words = folder.resolve("words.jsonl");
        String line = "{\"text\": \"%s\"}".formatted("words and words ".repeat(256));
        Files.write(words, Collections.nCopies(12, line));
        Run run =
                new Run(
                        "job_1",
                        1,
                        spec,
                        model.toString(),
                        new Run.Data(words.toString(), "text"),
                        null,
                        List.of(),
                        folder.resolve("attempt-1").toString(),
                        List.of(),
                        null,
                        List.of(),
                        Map.of(),
                        2,
                        "cpu",
                        Run.Past.NONE,
                        null,
                        null);
        return Files.writeString(folder.resolve("run.json"), Binder.JSON.writeValueAsString(run));
    }
}
