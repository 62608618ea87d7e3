package dev.palimpsest.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.JobSpec;
import dev.palimpsest.trainer.TrainerProcess.EventLines;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RunningAttemptTests {
    private static final Path MODEL = Path.of("src/test/resources/oracles/llama_tied/model");
    private static final String LORA =
            "{\"type\": \"lora\", \"rank\": 4, \"alpha\": 8, \"dropout\": 0.1}";
    private static final String FULL = "{\"type\": \"full\"}";

    @TempDir Path folder;

    static Stream<Arguments> recipes() {
        String lora = "{\"type\": \"lora\", \"rank\": 4, \"alpha\": 8, \"variant\": \"%s\"}";
        String lion = "\"optimizer\": {\"type\": \"lionw\", \"weight_decay\": 1e-3}, ";
        return Stream.of(
                arguments(LORA, ""),
                arguments(FULL, ""),
                arguments(lora.formatted("dora"), lion),
                arguments(lora.formatted("rslora"), "\"precision\": \"bf16\", "),
                arguments(lora.formatted("lora_plus"), "\"packing\": true, "),
                arguments(lora.formatted("pissa"), "\"attention_dropout\": 0.1, "),
                arguments(FULL, lion + "\"precision\": \"bf16\", "),
                arguments(FULL, "\"precision\": \"amp_bf16\", \"attention_dropout\": 0.1, "),
                arguments(
                        FULL,
                        "\"activation_checkpointing\": true, \"schedule\":"
                                + " {\"type\": \"inverse_square_root\", \"warmup\": 2}, "));
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void aRunThatGoesOnFromACheckpointGivesTheSameDigits(String method, String recipe)
            throws IOException {
        List<TrainerEvent> whole = run(method, recipe, "whole", null);
        Path checkpoint = folder.resolve("whole/step-4");

        List<TrainerEvent> resumed = run(method, recipe, "resumed", checkpoint.toString());

        assertThat(losses(resumed)).isEqualTo(losses(whole).subList(4, 10)).hasSize(6);
        assertThat(Files.mismatch(weights("whole"), weights("resumed"))).isEqualTo(-1);
    }

    @Test
    void theSameSeedGivesTheSameDigits() throws IOException {
        assertThat(losses(run(LORA, "", "once", null)))
                .isEqualTo(losses(run(LORA, "", "again", null)));
    }

    @Test
    void theLastCheckpointHoldsWhatPeftLoads() throws IOException {
        List<TrainerEvent> events = run(LORA, "", "saved", null);

        TrainerEvent.CheckpointSaved saved =
                events.stream()
                        .filter(TrainerEvent.CheckpointSaved.class::isInstance)
                        .map(TrainerEvent.CheckpointSaved.class::cast)
                        .reduce((first, second) -> second)
                        .orElseThrow();
        assertThat(saved.step()).isEqualTo(10);
        assertThat(saved.kind()).isEqualTo("adapter");
        assertThat(saved.files())
                .extracting("path")
                .contains("adapter_config.json", "adapter_model.safetensors");
    }

    private List<TrainerEvent> run(String method, String recipe, String name, String resumeFrom)
            throws IOException {
        JobSpec spec =
                Binder.bind(
                        """
                        {"experiment": "exp_1", "dataset": {"train": "words"}, "method": %s,
                         "training": {%s"max_steps": 10, "learning_rate": 1e-2, "batch_size": 4,
                                      "micro_batch_size": 3, "sequence_length": 32},
                         "checkpoints": {"every_steps": 4}}
                        """
                                .formatted(method, recipe),
                        JobSpec.class);
        Run run =
                new Run(
                        "job_1",
                        1,
                        spec,
                        MODEL.toString(),
                        new Run.Data(words().toString(), "prompt_completion"),
                        null,
                        List.of(),
                        folder.resolve(name).toString(),
                        resumeFrom,
                        null,
                        List.of(),
                        Map.of(),
                        1,
                        folder.resolve("cache").toString());
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        try (RunningAttempt attempt =
                RunningAttempt.start(run, new EventLines(new PrintStream(lines)), () -> false)) {
            attempt.toTheEnd();
        }
        return lines.toString(StandardCharsets.UTF_8).lines().map(TrainerEvent::of).toList();
    }

    private Path words() throws IOException {
        Path file = folder.resolve("words.jsonl");
        Files.write(
                file,
                Stream.iterate(0, i -> i < 30, i -> i + 1)
                        .map(
                                i ->
                                        "{\"prompt\": \"%d and %d\", \"completion\": \" is %d\"}"
                                                .formatted(i, i, 2 * i))
                        .toList());
        return file;
    }

    private Path weights(String name) throws IOException {
        Path last = folder.resolve(name).resolve("step-10");
        try (Stream<Path> files = Files.list(last)) {
            return files.filter(file -> file.toString().endsWith(".safetensors"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static List<Double> losses(List<TrainerEvent> events) {
        return events.stream()
                .filter(TrainerEvent.Metrics.class::isInstance)
                .map(event -> ((TrainerEvent.Metrics) event).values().get("train/loss"))
                .filter(loss -> loss != null)
                .toList();
    }
}
