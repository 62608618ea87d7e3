package dev.palimpsest.training;

import static dev.palimpsest.training.OracleNumbers.largestDifference;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.palimpsest.model.Adapter;
import dev.palimpsest.model.Decoder;
import dev.palimpsest.model.Decoder.Pass;
import dev.palimpsest.model.Documents;
import dev.palimpsest.model.Parameter;
import dev.palimpsest.model.Parameter.Gradients;
import dev.palimpsest.model.Pissa;
import dev.palimpsest.model.Weights;
import dev.palimpsest.spec.Method.Lora;
import dev.palimpsest.spec.Method.Variant;
import dev.palimpsest.spec.Optimizer;
import dev.palimpsest.spec.TargetModules;
import dev.palimpsest.torch.ElementType;
import dev.palimpsest.torch.Memory;
import dev.palimpsest.torch.Scope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the variants of LoRA promise of themselves. */
class VariantTests {
    private static final Path MODEL = Path.of("src/test/resources/oracles/qwen3/model");
    private static final long[] IDS = LongStream.range(40, 88).toArray();
    private static final Documents BATCH = Documents.rows(IDS, 3);
    private static final Optimizer ADAMW =
            new Optimizer.AdamW(List.of(0.9, 0.999), 1e-8, 0.01, true);

    private final Scope scope = Scope.open();
    private final Memory memory = new Memory(scope);

    @TempDir Path folder;

    @AfterEach
    void close() {
        scope.close();
    }

    @Test
    void pissaBeginsAsTheBaseModelAndIsSavedAsItsChange() throws IOException {
        Weights base = base();
        Pissa pissa = Pissa.fresh(lora(Variant.PISSA, 4), base, scope, memory);
        Decoder decoder = Decoder.lora(scope, pissa.residual(), pissa.adapter(), memory);

        assertThat(largestDifference(logits(decoder), logits(frozen(base)))).isLessThan(1e-5);
        assertThat(largestDifference(logits(frozen(pissa.residual())), logits(frozen(base))))
                .isGreaterThan(0.1);

        trained(decoder, 1);
        pissa.write(folder, "base", scope, memory);
        Adapter plain = Adapter.read(folder, base.architecture(), scope, memory);
        assertThat(plain.method())
                .isEqualTo(Lora.of(8, 16, 0, TargetModules.ALL, Variant.STANDARD));
        assertThat(
                        largestDifference(
                                logits(Decoder.frozen(scope, base, Optional.of(plain), memory)),
                                logits(decoder)))
                .isLessThan(1e-4);
        Pissa resumed = Pissa.read(pissa.adapter().method(), folder, base, scope, memory);
        assertThat(logits(Decoder.lora(scope, resumed.residual(), resumed.adapter(), memory)))
                .isEqualTo(logits(decoder));
    }

    @Test
    void loraPlusWithRatioOneIsLoraBitForBit() throws IOException {
        Decoder plain = decoder(Variant.STANDARD);
        Decoder plus = decoder(Variant.LORA_PLUS);
        Decoder faster = decoder(Variant.LORA_PLUS);

        trained(plain, 1);
        trained(plus, 1);
        trained(faster, 16);

        assertThat(values(plus)).usingRecursiveComparison().isEqualTo(values(plain));
        assertThat(values(faster)).isNotEqualTo(values(plain));
    }

    @Test
    void doraMergedAnswersAsDoraDoes() throws IOException {
        Weights base = base();
        Memory.seed(3);
        Adapter adapter = Adapter.fresh(lora(Variant.DORA, 4), base, scope, memory);
        Decoder decoder = Decoder.lora(scope, base, adapter, memory);
        trained(decoder, 1);

        float[] merged = logits(frozen(adapter.merged(base, scope, memory)));

        assertThat(largestDifference(merged, logits(decoder))).isLessThan(1e-4);
        assertThat(largestDifference(merged, logits(frozen(base)))).isGreaterThan(0.01);
    }

    /** Along its own gradient the loss changes by the gradient's squared norm. */
    @ParameterizedTest
    @EnumSource(
            value = Variant.class,
            names = {"STANDARD", "DORA"})
    void gradientsUnderDropoutAreThoseOfTheLoss(Variant variant) throws IOException {
        Weights base = base();
        Memory.seed(3);
        Lora lora = Lora.of(4, 8, 0.3, TargetModules.ALL, variant);
        Adapter adapter = Adapter.fresh(lora, base, scope, memory);
        Decoder decoder = Decoder.lora(scope, base, adapter, memory);
        trained(decoder, 1);
        Pass pass = new Pass(0.2, false, 11);
        decoder.backward(BATCH, IDS, 45, pass);
        double squared = 0;
        for (Parameter parameter : decoder.parameters())
            // the row norms of DoRA count as constants, so its A and B have another gradient
            if (variant == Variant.STANDARD || parameter.name().endsWith("vector"))
                for (float g : parameter.gradient().floats()) squared += (double) g * g;
        List<float[]> gradients =
                decoder.parameters().stream().map(p -> p.gradient().floats()).toList();
        double step = 1e-3 / Math.sqrt(squared);

        double up = moved(decoder, gradients, step, variant, pass);
        double down = moved(decoder, gradients, -2 * step, variant, pass);

        assertThat((up - down) / (2 * step) / squared).isCloseTo(1, within(0.02));
    }

    @ParameterizedTest
    @EnumSource(
            value = ElementType.class,
            names = {"F32", "BF16"})
    void passesInBf16FollowThoseInFp32(ElementType kept) throws IOException {
        Decoder exact =
                Decoder.full(
                        scope,
                        Weights.own(MODEL, ElementType.F32, scope, memory),
                        ElementType.F32,
                        Gradients.OF_EACH,
                        memory);
        Weights weights = Weights.own(MODEL, kept, scope, memory);
        Decoder rounded = Decoder.full(scope, weights, ElementType.BF16, Gradients.OF_EACH, memory);

        List<Double> expected = trained(exact, 1);
        List<Double> losses = trained(rounded, 1);

        assertThat(expected.getLast()).isLessThan(expected.getFirst() - 1);
        for (int i = 0; i < losses.size(); i++)
            assertThat(losses.get(i)).isCloseTo(expected.get(i), within(0.1));
        assertThat(weights.named().values())
                .allSatisfy(tensor -> assertThat(tensor.type()).isEqualTo(kept));
    }

    /** Moves every parameter along its gradient and returns the loss there. */
    private double moved(
            Decoder decoder, List<float[]> gradients, double step, Variant variant, Pass pass) {
        for (int i = 0; i < gradients.size(); i++) {
            Parameter parameter = decoder.parameters().get(i);
            if (variant == Variant.DORA && !parameter.name().endsWith("vector")) continue;
            float[] values = parameter.value().floats();
            for (int j = 0; j < values.length; j++)
                values[j] += (float) (step * gradients.get(i)[j]);
            memory.copyInto(
                    scope,
                    List.of(parameter.value()),
                    List.of(scope.floats(values, parameter.value().shape())));
        }
        decoder.updated();
        return decoder.backward(BATCH, IDS, 45, pass);
    }

    private List<Double> trained(Decoder decoder, double ratio) {
        Updates updates =
                new Updates(
                        Updates.Options.plain(ADAMW),
                        ratio,
                        decoder.parameters(),
                        Map.of(),
                        scope,
                        memory);
        return IntStream.range(0, 8)
                .mapToObj(
                        _ -> {
                            double loss = decoder.backward(BATCH, IDS, 45, Pass.plain());
                            updates.clip(1, scope);
                            updates.update(new Rule.Rate(5e-3, 5e-3), scope);
                            decoder.updated();
                            return loss;
                        })
                .toList();
    }

    private Decoder decoder(Variant variant) throws IOException {
        Weights base = base();
        Memory.seed(3);
        return Decoder.lora(
                scope, base, Adapter.fresh(lora(variant, 4), base, scope, memory), memory);
    }

    private static Lora lora(Variant variant, int rank) {
        return Lora.of(rank, 2 * rank, 0, TargetModules.ALL, variant);
    }

    private Weights base() throws IOException {
        return Weights.read(MODEL, ElementType.F32, scope, memory);
    }

    private Decoder frozen(Weights weights) {
        return Decoder.frozen(scope, weights, Optional.empty(), memory);
    }

    private float[] logits(Decoder decoder) {
        return decoder.logits(scope, BATCH, LongStream.range(0, IDS.length).toArray()).floats();
    }

    private static List<float[]> values(Decoder decoder) {
        return decoder.parameters().stream().map(p -> p.value().floats()).toList();
    }
}
