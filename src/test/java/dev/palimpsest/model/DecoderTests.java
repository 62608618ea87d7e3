package dev.palimpsest.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.Projection;
import dev.palimpsest.torch.ElementType;
import dev.palimpsest.torch.Memory;
import dev.palimpsest.torch.Scope;
import dev.palimpsest.torch.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

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

            for (Parameter parameter : decoder.parameters())
                hasTheGradientOfTheLoss(parameter, weights, adapter, TWO, IDS, scope, memory);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100})
    void aDocumentOfSeveralBlocksHasTheGradientOfItsLoss(int window) throws IOException {
        try (Scope scope = Scope.open()) {
            Memory memory = new Memory(scope);
            Weights weights = windowed(window, scope, memory);
            Adapter adapter =
                    Adapter.read(
                            ORACLE.resolve("lora/final"), weights.architecture(), scope, memory);
            Decoder decoder = Decoder.lora(scope, weights, adapter, memory);
            long[] ids = LongStream.range(0, 300).map(i -> 20 + i * i % 211).toArray();
            Documents one = Documents.rows(ids, 1);
            decoder.backward(one, ids, 299, Decoder.Pass.plain());

            for (Parameter parameter : decoder.parameters())
                if (parameter.name().contains("self_attn"))
                    hasTheGradientOfTheLoss(parameter, weights, adapter, one, ids, scope, memory);
        }
    }

    /** Along its own gradient the loss changes by the gradient's squared norm. */
    private static void hasTheGradientOfTheLoss(
            Parameter parameter,
            Weights weights,
            Adapter adapter,
            Documents batch,
            long[] ids,
            Scope scope,
            Memory memory) {
        float[] gradient = parameter.gradient().floats();
        double squared = 0;
        for (float g : gradient) squared += (double) g * g;
        double step = 0.01 / Math.sqrt(squared);
        Map<Double, Double> losses = new LinkedHashMap<>();
        for (double by : new double[] {step, -step}) {
            Map<String, Tensor> named = new LinkedHashMap<>(adapter.named());
            float[] values = parameter.value().floats();
            for (int i = 0; i < values.length; i++) values[i] += (float) (by * gradient[i]);
            named.put(parameter.name(), scope.floats(values, parameter.value().shape()));
            Adapter moved = new Adapter(adapter.method(), named);
            losses.put(
                    by,
                    Decoder.frozen(scope, weights, Optional.of(moved), memory).loss(batch, ids));
        }
        double change = losses.get(step) - losses.get(-step);
        assertThat(change / (2 * step) / squared).as(parameter.name()).isCloseTo(1, within(0.02));
    }

    /** The oracle's weights under a Mistral that looks so many tokens back; 0 is all. */
    static Weights windowed(int window, Scope scope, Memory memory) throws IOException {
        Path model = ORACLE.resolve("model");
        ObjectNode config =
                (ObjectNode) Binder.JSON.readTree(Files.readString(model.resolve("config.json")));
        config.put("model_type", "mistral");
        if (window > 0) config.put("sliding_window", window);
        return new Weights(
                Architecture.of(config),
                Weights.read(model, ElementType.F32, scope, memory).named());
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
