package dev.palimpsest.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.palimpsest.model.Parameter.Gradients;
import dev.palimpsest.torch.ElementType;
import dev.palimpsest.torch.Memory;
import dev.palimpsest.torch.Scope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents of one batch do not see each other, and their loss is that of each by itself. */
class PackedDocumentsTests {
    private static final Path ORACLES = Path.of("src/test/resources/oracles");
    private static final int[] LENGTHS = {17, 9, 9, 9, 5, 2};
    private static final Documents PACKED = documents(LENGTHS);

    @ParameterizedTest
    @ValueSource(strings = {"llama_tied", "qwen2", "qwen3"})
    void lossAndGradientsAreTheSumOfThoseOfEachDocument(String variant) throws IOException {
        try (Scope scope = Scope.open()) {
            Decoder together = full(variant, scope);
            Decoder apart = full(variant, scope);

            double packed = together.backward(PACKED, PACKED.ids(), 45, Decoder.Pass.plain());
            double sum = 0;
            for (Documents one : each(PACKED))
                sum += apart.backward(one, one.ids(), 45, Decoder.Pass.plain());

            assertThat(packed / sum).isCloseTo(1, within(1e-5));
            for (int i = 0; i < apart.parameters().size(); i++) {
                float[] ours = together.parameters().get(i).gradient().floats();
                float[] theirs = apart.parameters().get(i).gradient().floats();
                double largest = 0;
                for (float g : theirs) largest = Math.max(largest, Math.abs(g));
                for (int j = 0; j < ours.length; j++)
                    assertThat((double) ours[j])
                            .as(apart.parameters().get(i).name())
                            .isCloseTo(theirs[j], within(1e-5 * largest));
            }
        }
    }

    @Test
    void aTokenOfOneDocumentNeverChangesTheLogitsOfAnother() throws IOException {
        try (Scope scope = Scope.open()) {
            Memory memory = new Memory(scope);
            Decoder decoder =
                    Decoder.frozen(
                            scope,
                            Weights.read(
                                    ORACLES.resolve("llama_tied/model"),
                                    ElementType.F32,
                                    scope,
                                    memory),
                            Optional.empty(),
                            memory);
            long[] changed = PACKED.ids().clone();
            changed[20] = (changed[20] + 100) % 500; // in the second document
            long[] others = new long[PACKED.ids().length - 9];
            for (int i = 0; i < others.length; i++) others[i] = i < 17 ? i : i + 9;

            float[] before = decoder.logits(scope, PACKED, others).floats();
            float[] after = decoder.logits(scope, new Documents(changed, LENGTHS), others).floats();

            assertThat(after).isEqualTo(before);
            assertThat(
                            decoder.logits(scope, new Documents(changed, LENGTHS), new long[] {21})
                                    .floats())
                    .isNotEqualTo(decoder.logits(scope, PACKED, new long[] {21}).floats());
        }
    }

    @Test
    void blocksRunAgainInTheBackwardPassGiveTheSameBits() throws IOException {
        try (Scope scope = Scope.open()) {
            Decoder kept = full("qwen3", scope);
            Decoder again = full("qwen3", scope);

            double loss = kept.backward(PACKED, PACKED.ids(), 45, new Decoder.Pass(0.2, false, 5));
            double same = again.backward(PACKED, PACKED.ids(), 45, new Decoder.Pass(0.2, true, 5));
            double other = again.backward(PACKED, PACKED.ids(), 45, new Decoder.Pass(0.2, true, 6));

            assertThat(same).isEqualTo(loss).isNotEqualTo(other);
            Decoder fresh = full("qwen3", scope);
            fresh.backward(PACKED, PACKED.ids(), 45, new Decoder.Pass(0.2, true, 5));
            for (int i = 0; i < kept.parameters().size(); i++)
                assertThat(fresh.parameters().get(i).gradient().floats())
                        .isEqualTo(kept.parameters().get(i).gradient().floats());
        }
    }

    private static Decoder full(String variant, Scope scope) throws IOException {
        Memory memory = new Memory(scope);
        Weights weights =
                Weights.own(
                        ORACLES.resolve(variant).resolve("model"), ElementType.F32, scope, memory);
        return Decoder.full(scope, weights, ElementType.F32, Gradients.OF_EACH, memory);
    }

    private static Documents documents(int... lengths) {
        Random random = new Random(7);
        return new Documents(random.longs(Arrays.stream(lengths).sum(), 4, 500).toArray(), lengths);
    }

    private static List<Documents> each(Documents packed) {
        List<Documents> each = new ArrayList<>();
        int from = 0;
        for (int length : packed.lengths()) {
            each.add(Documents.rows(Arrays.copyOfRange(packed.ids(), from, from + length), 1));
            from += length;
        }
        return each;
    }
}
