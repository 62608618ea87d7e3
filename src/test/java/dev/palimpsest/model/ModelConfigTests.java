package dev.palimpsest.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palimpsest.spec.Binder;
import dev.palimpsest.torch.ElementType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class ModelConfigTests {
    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "\"model_type\": \"gpt2\" | a model of type 'gpt2'",
                "\"hidden_act\": \"gelu\" | hidden_act is \"gelu\", supported is silu",
                "\"mlp_bias\": true | mlp_bias is true",
                "\"partial_rotary_factor\": 0.5 | partial_rotary_factor is 0.5",
                "\"quantization_config\": {} | quantization_config is not supported",
                "\"rope_scaling\": {\"type\": \"dynamic\", \"factor\": 2} | 'dynamic' is not supported: its frequencies change",
                "\"rope_scaling\": {\"rope_type\": \"yarn\", \"factor\": 2} | 'yarn' is not supported",
                "\"rope_parameters\": {\"rope_type\": \"llama3\", \"factor\": 8} | rope scaling needs low_freq_factor",
                "\"layer_types\": [\"linear_attention\"] | layer_types has 'linear_attention'",
                "\"model_type\": \"qwen2\", \"use_sliding_window\": true, \"sliding_window\": 8, \"max_window_layers\": 1 | sliding_window applies to some layers only"
            })
    void whatChangesTheModelIsRefusedByName(String field, String reason) {
        assertThatThrownBy(() -> Architecture.of(config(field)))
                .isInstanceOf(UnsupportedModel.class)
                .hasMessageContaining(reason);
    }

    @Test
    void everyProblemIsSaidAtOnce() {
        assertThatThrownBy(
                        () ->
                                Architecture.of(
                                        config(
                                                "\"mlp_bias\": true, \"hidden_act\": \"gelu\", \"vocab_size\": 0")))
                .hasMessageContaining("mlp_bias")
                .hasMessageContaining("hidden_act")
                .hasMessageContaining("vocab_size");
    }

    @Test
    void mistralsWindowIsHonouredAndQwensIgnoredUnlessUsed() {
        assertThat(
                        Architecture.of(
                                        config(
                                                "\"model_type\": \"mistral\", \"sliding_window\": 8"))
                                .window())
                .isEqualTo(8);
        assertThat(
                        Architecture.of(
                                        config(
                                                "\"model_type\": \"mistral\", \"sliding_window\": null"))
                                .window())
                .isZero();
        assertThat(
                        Architecture.of(config("\"model_type\": \"qwen2\", \"sliding_window\": 8"))
                                .window())
                .isZero();
    }

    @Test
    void aSavedModelsConfigDiffersInTheNumberFormatAlone() throws IOException {
        Path source = Files.createDirectory(folder.resolve("source"));
        Path saved = Files.createDirectory(folder.resolve("saved"));
        JsonNode config =
                config(
                        "\"dtype\": \"bfloat16\", \"rope_parameters\": {\"rope_theta\": 5e5}, \"own\": [1, {\"a\": null}]");
        Files.writeString(source.resolve("config.json"), config.toString());
        Files.writeString(source.resolve("tokenizer.json"), "{}");

        ModelFiles.copyBesideWeights(source, saved, ElementType.F32);

        ObjectNode written =
                (ObjectNode) Binder.JSON.readTree(Files.readString(saved.resolve("config.json")));
        assertThat(written.path("dtype").asString()).isEqualTo("float32");
        assertThat(written.put("dtype", "bfloat16")).isEqualTo(config);
        assertThat(saved.resolve("tokenizer.json")).exists();
    }

    private static JsonNode config(String fields) {
        ObjectNode config =
                (ObjectNode)
                        Binder.JSON.readTree(
                                """
                                {"model_type": "llama", "vocab_size": 512, "hidden_size": 64, "num_hidden_layers": 2,
                                 "num_attention_heads": 4, "num_key_value_heads": 2, "intermediate_size": 128,
                                 "hidden_act": "silu", "rope_theta": 10000.0}""");
        for (Map.Entry<String, JsonNode> field :
                Binder.JSON.readTree("{" + fields + "}").properties())
            config.set(field.getKey(), field.getValue());
        return config;
    }
}
