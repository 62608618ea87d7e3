package dev.palimpsest.trainer;

import static dev.palimpsest.trainer.TinyAttempts.FULL;
import static dev.palimpsest.trainer.TinyAttempts.LORA;
import static dev.palimpsest.trainer.TinyAttempts.TEN_STEPS;
import static dev.palimpsest.trainer.TinyAttempts.end;
import static dev.palimpsest.trainer.TinyAttempts.losses;
import static dev.palimpsest.trainer.TinyAttempts.saved;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.palimpsest.trainer.TrainerEvent.CheckpointSaved;
import dev.palimpsest.training.Checkpoint.SavedFile;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunningAttemptTests {
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
                arguments(FULL, "\"optimizer_state\": \"bf16\", "),
                arguments(LORA, lion + "\"optimizer_state\": \"bf16\", "),
                arguments(FULL, "\"optimizer_offload\": true, \"precision\": \"bf16\", "),
                arguments(
                        FULL,
                        "\"activation_checkpointing\": true, \"schedule\":"
                                + " {\"type\": \"inverse_square_root\", \"warmup\": 2}, "));
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void aRunThatGoesOnFromACheckpointGivesTheSameDigits(String method, String recipe)
            throws Exception {
        TinyAttempts attempts = new TinyAttempts(folder, method, recipe + TEN_STEPS);
        List<TrainerEvent> whole = attempts.toTheEnd("whole");

        List<TrainerEvent> resumed = attempts.toTheEnd("resumed", folder.resolve("whole/step-4"));

        assertThat(losses(resumed)).isEqualTo(losses(whole).subList(4, 10)).hasSize(6);
        assertThat(end(resumed)).isEqualTo(end(whole));
    }

    @Test
    void updatesInTheBackwardPassGiveTheSameWeights() throws Exception {
        String recipe = TEN_STEPS + ", \"attention_dropout\": 0.1, \"gradient_clip\": 0";
        List<TrainerEvent> atEnd =
                new TinyAttempts(folder, FULL, recipe).ofWholeBatches().toTheEnd("at-end");
        TinyAttempts attempts =
                new TinyAttempts(folder, FULL, recipe + ", \"optimizer_in_backward\": true")
                        .ofWholeBatches();

        List<TrainerEvent> inBackward = attempts.toTheEnd("in-backward");

        assertThat(losses(inBackward)).isEqualTo(losses(atEnd)).hasSize(10);
        assertThat(weights(inBackward)).isEqualTo(weights(atEnd));
        List<TrainerEvent> resumed =
                attempts.toTheEnd("resumed", folder.resolve("in-backward/step-4"));
        assertThat(end(resumed)).isEqualTo(end(inBackward));
    }

    @ParameterizedTest
    @ValueSource(strings = {"adamw", "lionw"})
    void anOffloadedOptimizerGivesTheSameWeights(String optimizer) throws Exception {
        String recipe = TEN_STEPS + ", \"optimizer\": {\"type\": \"%s\"}".formatted(optimizer);
        List<TrainerEvent> here = new TinyAttempts(folder, FULL, recipe).toTheEnd("here");

        List<TrainerEvent> offloaded =
                new TinyAttempts(folder, FULL, recipe + ", \"optimizer_offload\": true")
                        .toTheEnd("offloaded");

        assertThat(losses(offloaded)).isEqualTo(losses(here)).hasSize(10);
        assertThat(weights(offloaded)).isEqualTo(weights(here));
    }

    @Test
    void momentsOfFewerDigitsLearnAlmostTheSame() throws Exception {
        List<Double> whole = losses(new TinyAttempts(folder, FULL, TEN_STEPS).toTheEnd("fp32"));

        List<TrainerEvent> rounded =
                new TinyAttempts(folder, FULL, TEN_STEPS + ", \"optimizer_state\": \"bf16\"")
                        .toTheEnd("bf16");

        assertThat(losses(rounded).getLast()).isCloseTo(whole.getLast(), withinPercentage(1));
        assertThat(losses(rounded)).isNotEqualTo(whole);
    }

    private static List<SavedFile> weights(List<TrainerEvent> events) {
        return end(events).stream().filter(file -> !file.path().startsWith("state/")).toList();
    }

    @Test
    void theSameSeedGivesTheSameDigits() throws Exception {
        TinyAttempts attempts = new TinyAttempts(folder, LORA, TEN_STEPS);

        assertThat(losses(attempts.toTheEnd("once"))).isEqualTo(losses(attempts.toTheEnd("again")));
    }

    @Test
    void theLastCheckpointHoldsWhatPeftLoads() throws Exception {
        CheckpointSaved saved =
                saved(new TinyAttempts(folder, LORA, TEN_STEPS).toTheEnd("saved")).getLast();

        assertThat(saved.step()).isEqualTo(10);
        assertThat(saved.kind()).isEqualTo("adapter");
        assertThat(saved.files())
                .extracting("path")
                .contains("adapter_config.json", "adapter_model.safetensors");
    }
}
