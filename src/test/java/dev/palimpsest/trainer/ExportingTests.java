package dev.palimpsest.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.gguf.GgufImport;
import dev.palimpsest.model.Decoder;
import dev.palimpsest.model.Documents;
import dev.palimpsest.model.Weights;
import dev.palimpsest.torch.ElementType;
import dev.palimpsest.torch.Memory;
import dev.palimpsest.torch.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExportingTests {
    private static final Path ORACLE = Path.of("src/test/resources/oracles/llama_tied");
    private static final long[] IDS = LongStream.range(40, 88).toArray();

    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"lora", "rslora", "dora"})
    void anAdapterIsMergedIntoAModelThatAnswersAlike(String run) throws IOException {
        Path merged = folder.resolve("merged");

        double difference =
                export(ORACLE.resolve(run).resolve("final"), "adapter", ExportForm.MERGED, merged);

        assertThat(difference).isPositive().isLessThan(1e-4);
        assertThat(Files.list(merged).map(file -> file.getFileName().toString()))
                .contains("config.json", "model.safetensors", "tokenizer.json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GGUF_F16", "GGUF_Q8_0"})
    void aGgufFileIsOneFileThatCanBeReadAgain(ExportForm form) throws IOException {
        Path exported = folder.resolve("exported");

        export(ORACLE.resolve("lora/final"), "adapter", form, exported);

        Path file =
                exported.resolve("model-%s.gguf".formatted(form.name().substring(5).toLowerCase()));
        assertThat(Files.list(exported)).containsExactly(file);
        Path read = Files.createDirectory(folder.resolve("read"));
        GgufImport.write(file, read, (_, _) -> {}, () -> false);
        export(
                ORACLE.resolve("lora/final"),
                "adapter",
                ExportForm.MERGED,
                folder.resolve("merged"));
        float[] ours = logits(read);
        float[] theirs = logits(folder.resolve("merged"));
        double largest = 0;
        for (int i = 0; i < ours.length; i++)
            largest = Math.max(largest, Math.abs(ours[i] - theirs[i]));
        assertThat(largest).isLessThan(form == ExportForm.GGUF_F16 ? 0.05 : 0.5);
    }

    @Test
    void aWholeModelIsCopiedAsItIs() throws IOException {
        double difference =
                export(ORACLE.resolve("model"), "model", ExportForm.MERGED, folder.resolve("copy"));

        assertThat(difference).isZero();
        assertThat(logits(folder.resolve("copy"))).isEqualTo(logits(ORACLE.resolve("model")));
    }

    private static double export(Path checkpoint, String kind, ExportForm form, Path into)
            throws IOException {
        return new Exporting(
                        new ExportRun(
                                ORACLE.resolve("model").toString(),
                                checkpoint.toString(),
                                kind,
                                form,
                                null,
                                into.toString(),
                                1))
                .write()
                .largestLogitDifference();
    }

    private static float[] logits(Path model) throws IOException {
        try (Scope scope = Scope.open()) {
            Memory memory = new Memory(scope);
            return Decoder.frozen(
                            scope,
                            Weights.read(model, ElementType.F32, scope, memory),
                            Optional.empty(),
                            memory)
                    .logits(scope, Documents.rows(IDS, 3), LongStream.range(0, 48).toArray())
                    .floats();
        }
    }
}
