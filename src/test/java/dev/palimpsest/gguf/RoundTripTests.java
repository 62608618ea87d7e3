package dev.palimpsest.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palimpsest.OracleSet;
import dev.palimpsest.data.Tokenizer;
import dev.palimpsest.model.Architecture;
import dev.palimpsest.model.Rotary;
import dev.palimpsest.model.Safetensors;
import dev.palimpsest.model.UnsupportedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Every tiny model of the oracles, written as GGUF and read again. */
class RoundTripTests {
    @TempDir Path folder;

    static Stream<Path> models() throws IOException {
        return OracleSet.chosen().variants().stream().map(OracleSet.Variant::model);
    }

    @ParameterizedTest
    @MethodSource("models")
    void aModelAsF16ComesBackWithItsWeightsRoundedToHalf(Path model) throws IOException {
        Path again = exportedAndImported(model, GgufType.F16);

        for (NamedTensor tensor : NamedTensor.of(shape(model))) {
            float[] before = numbers(model, tensor);
            boolean matrix = tensor.shape().size() == 2;
            for (int i = 0; matrix && i < before.length; i++)
                before[i] = Float.float16ToFloat(Float.floatToFloat16(before[i]));
            assertThat(numbers(again, tensor)).as(tensor.huggingFace()).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void aModelAsQ8ComesBackWithinHalfAStep(Path model) throws IOException {
        Path again = exportedAndImported(model, GgufType.Q8_0);

        for (NamedTensor tensor : NamedTensor.of(shape(model))) {
            float[] before = numbers(model, tensor);
            float[] after = numbers(again, tensor);
            for (int first = 0; first < before.length; first += 32) {
                float largest = 0;
                int end = Math.min(before.length, first + 32);
                for (int i = first; i < end; i++) largest = Math.max(largest, Math.abs(before[i]));
                for (int i = first; i < end; i++) // the scale itself is rounded to half
                assertThat(Math.abs(after[i] - before[i]))
                            .as(tensor.huggingFace())
                            .isLessThanOrEqualTo(largest / 127 * 0.57f);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void aModelComesBackWithItsSizesAndItsTokenizer(Path model) throws IOException {
        Path again = exportedAndImported(model, GgufType.Q8_0);

        assertThat(shape(again)).isEqualTo(shape(model));
        JsonNode cases = OracleSet.json(model.resolveSibling("tokenizer_cases.json"));
        try (Tokenizer tokenizer = Tokenizer.open(again.resolve("tokenizer.json"))) {
            for (JsonNode one : cases.path("cases")) {
                int[] ids = one.path("ids").valueStream().mapToInt(JsonNode::asInt).toArray();
                assertThat(tokenizer.encode(one.path("text").asString())).isEqualTo(ids);
            }
        }
        assertThat(again.resolve("chat_template.jinja"))
                .hasSameTextualContentAs(model.resolve("chat_template.jinja"));
        for (String name : List.of("bos_token", "eos_token", "pad_token", "unk_token"))
            assertThat(json(again, "tokenizer_config.json").path(name))
                    .isEqualTo(json(model, "tokenizer_config.json").path(name));
        for (String name : List.of("bos_token_id", "eos_token_id", "pad_token_id"))
            assertThat(json(again, "config.json").path(name))
                    .isEqualTo(json(model, "config.json").path(name));
    }

    @Test
    void rowsOfAHeadAreInterleavedAndBack() {
        for (long row = 0; row < 24; row++) {
            long there = RowOrder.HALVES_TO_NEIGHBOURS.source(row, 8);
            assertThat(RowOrder.NEIGHBOURS_TO_HALVES.source(there, 8)).isEqualTo(row);
        }
        assertThat(RowOrder.HALVES_TO_NEIGHBOURS.source(9, 8)).isEqualTo(12);
    }

    @Test
    void llama3sRopeScalingIsFoundAgainFromItsDivisors() {
        for (int original : new int[] {8192, 64, 4096}) {
            double theta = original == 64 ? 10_000 : 500_000;
            Rotary.Llama3 rotary = new Rotary.Llama3(theta, 32, 1, 4, original);

            assertThat(RopeDivisors.scaling(RopeDivisors.of(rotary, 64), theta, 64))
                    .isEqualTo(rotary);
        }
    }

    @Test
    void linearRopeScalingComesBack() throws IOException {
        Path model =
                changed(
                        models().findFirst().orElseThrow(),
                        Map.of("rope_scaling", Map.of("rope_type", "linear", "factor", 4.0)));

        Path again = exportedAndImported(model, GgufType.F16);

        assertThat(shape(again).rotary()).isEqualTo(new Rotary.Linear(10_000, 4));
        assertThat(shape(again)).isEqualTo(shape(model));
    }

    @Test
    void divisorsOfAnotherScalingAreRefused() {
        assertThatThrownBy(() -> RopeDivisors.scaling(new float[] {1, 1.5f, 3, 2}, 10_000, 8))
                .isInstanceOf(UnsupportedModel.class)
                .hasMessageContaining("rope_freqs.weight");
    }

    @Test
    void whatGgufHasNoPlaceForIsRefusedByName() throws IOException {
        Path model = models().findFirst().orElseThrow();

        refused(
                model,
                Map.of("model_type", "mistral", "sliding_window", 16),
                "a sliding window of 16");
        refused(model, Map.of("model_type", "gpt_neox"), "type 'gpt_neox'");
        refused(model, Map.of("attention_bias", true), "attention_bias");
    }

    @Test
    void aCancelledExportLeavesNoFile() throws IOException {
        Path model = models().findFirst().orElseThrow();
        Path file = folder.resolve("model.gguf");
        List<Long> written = new ArrayList<>();

        assertThatThrownBy(
                        () ->
                                GgufExport.write(
                                        model,
                                        file,
                                        GgufType.F16,
                                        (done, _) -> written.add(done),
                                        () -> written.size() == 2))
                .isInstanceOf(CancellationException.class);

        assertThat(file).doesNotExist();
    }

    private Path changed(Path model, Map<String, Object> fields) throws IOException {
        Path changed = Files.createTempDirectory(folder, "changed");
        try (Stream<Path> files = Files.list(model)) {
            for (Path file : files.toList())
                Files.copy(file, changed.resolve(file.getFileName().toString()));
        }
        ObjectNode config = (ObjectNode) json(model, "config.json");
        config.remove("rope_parameters");
        fields.forEach(config::putPOJO);
        Files.writeString(changed.resolve("config.json"), config.toString());
        return changed;
    }

    private void refused(Path model, Map<String, Object> fields, String reason) throws IOException {
        Path changed = changed(model, fields);

        assertThatThrownBy(
                        () ->
                                GgufExport.write(
                                        changed,
                                        folder.resolve("model.gguf"),
                                        GgufType.F16,
                                        (_, _) -> {},
                                        () -> false))
                .isInstanceOf(UnsupportedModel.class)
                .hasMessageContaining(reason);
    }

    private Path exportedAndImported(Path model, GgufType type) throws IOException {
        Path file = folder.resolve("model.gguf");
        List<Long> done = new ArrayList<>();
        GgufExport.write(model, file, type, (bytes, _) -> done.add(bytes), () -> false);
        assertThat(done.getLast()).isEqualTo(Files.size(file));
        Path again = Files.createDirectory(folder.resolve("again"));
        GgufImport.write(file, again, (_, _) -> {}, () -> false);
        return again;
    }

    private static Architecture shape(Path model) throws IOException {
        return Architecture.of(model);
    }

    private static JsonNode json(Path model, String name) throws IOException {
        return OracleSet.json(model.resolve(name));
    }

    private static float[] numbers(Path model, NamedTensor tensor) throws IOException {
        for (Path file : Safetensors.files(model)) {
            Safetensors tensors = Safetensors.open(file);
            Safetensors.Entry entry = tensors.entries().get(tensor.huggingFace());
            if (entry == null) continue;
            assertThat(entry.shape()).isEqualTo(tensor.shape());
            int rows = entry.shape().size() == 1 ? 1 : Math.toIntExact(entry.shape().getFirst());
            try (Matrix matrix =
                    Matrix.of(
                            file,
                            tensors.dataStart() + entry.begin(),
                            GgufType.valueOf(entry.type()),
                            entry.shape())) {
                return matrix.rows(0, rows).clone();
            }
        }
        throw new AssertionError("there is no " + tensor.huggingFace() + " in " + model);
    }
}
