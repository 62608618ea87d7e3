package dev.palimpsest.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.palimpsest.spec.Projection;
import dev.palimpsest.torch.ElementType;
import dev.palimpsest.torch.Memory;
import dev.palimpsest.torch.Scope;
import dev.palimpsest.torch.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DecoderTests {
    private static final Path ORACLE = Path.of("src/test/resources/oracles/llama_tied");
    private static final long[] IDS = LongStream.range(40, 64).toArray();
    private static final Documents TWO = Documents.rows(IDS, 2);

    @ParameterizedTest
    @EnumSource(Projection.class)
    void anAdapterOnOneModuleAloneHasTheGradientOfItsLoss(Projection target) throws IOException {
        try (Scope scope = Scope.open()) {
            Memory memory = new Memory(scope);
            Weights weights = Weights.read(ORACLE.resolve("model"), ElementType.F32, scope, memory);
            Adapter adapter = only(target, weights, scope, memory);
            Decoder decoder = Decoder.lora(scope, weights, adapter, memory);
            decoder.backward(TWO, IDS, 22, Decoder.Pass.plain());

            for (Parameter parameter : decoder.parameters()) {
                // along its own gradient the loss changes by the gradient's squared norm
                float[] gradient = parameter.gradient().floats();
                double squared = 0;
                for (float g : gradient) squared += (double) g * g;
                double step = 0.01 / Math.sqrt(squared);

                double change =
                        moved(weights, adapter, parameter, gradient, step, scope, memory)
                                - moved(
                                        weights, adapter, parameter, gradient, -step, scope,
                                        memory);

                assertThat(change / (2 * step) / squared)
                        .as(parameter.name())
                        .isCloseTo(1, within(0.02));
            }
        }
    }

    @Test
    void paddingOnTheRightChangesNothing() throws IOException {
        try (Scope scope = Scope.open()) {
            Memory memory = new Memory(scope);
            Weights weights = Weights.read(ORACLE.resolve("model"), ElementType.F32, scope, memory);
            Decoder decoder = Decoder.frozen(scope, weights, Optional.empty(), memory);
            long[] padded = {40, 41, 42, 43, 3, 3, 44, 45, 46, 47, 48, 49};

            float[] alone =
                    decoder.logits(
                                    scope,
                                    Documents.rows(new long[] {40, 41, 42, 43}, 1),
                                    new long[] {3})
                            .floats();
            float[] together =
                    decoder.logits(scope, Documents.rows(padded, 2), new long[] {3}).floats();

            for (int i = 0; i < alone.length; i++)
                assertThat(together[i]).isCloseTo(alone[i], within(1e-4f));
        }
    }

    private static double moved(
            Weights weights,
            Adapter adapter,
            Parameter parameter,
            float[] direction,
            double step,
            Scope scope,
            Memory memory) {
        Map<String, Tensor> named = new LinkedHashMap<>(adapter.named());
        float[] values = parameter.value().floats();
        for (int i = 0; i < values.length; i++) values[i] += (float) (step * direction[i]);
        named.put(parameter.name(), scope.floats(values, parameter.value().shape()));
        return Decoder.frozen(
                        scope, weights, Optional.of(new Adapter(adapter.method(), named)), memory)
                .loss(TWO, IDS);
    }

    private static Adapter only(Projection target, Weights weights, Scope scope, Memory memory)
            throws IOException {
        Adapter trained =
                Adapter.read(ORACLE.resolve("lora/final"), weights.architecture(), scope, memory);
        Map<String, Tensor> named = new LinkedHashMap<>();
        trained.named()
                .forEach(
                        (name, tensor) -> {
                            if (name.contains(target.path())) named.put(name, tensor);
                        });
        assertThat(named).hasSize(4);
        return new Adapter(trained.method(), named);
    }
}
