package dev.palimpsest.decomposition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.palimpsest.OracleSet;
import dev.palimpsest.OracleSet.Variant;
import dev.palimpsest.model.ModelFiles;
import dev.palimpsest.model.Projected;
import dev.palimpsest.model.Safetensors;
import dev.palimpsest.model.UnsupportedModel;
import dev.palimpsest.spec.Projection;
import dev.palimpsest.torch.ElementType;
import dev.palimpsest.torch.Memory;
import dev.palimpsest.torch.Scope;
import dev.palimpsest.torch.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Spectra beside those that numpy made in fp64, and what is planted is found. */
class FinetunedTests {
    private static final Projected DOWN = new Projected(1, Projection.DOWN);

    /** Of the largest value. */
    private static final double EXACT = 1e-4;

    @TempDir Path folder;

    @TestFactory
    List<DynamicTest> spectraAreThoseOfTheOracle() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (Variant variant : OracleSet.chosen().variants())
            for (String run : variant.runs().toList()) {
                Path its = variant.folder().resolve(run);
                if (Files.exists(its.resolve("spectrum.json")))
                    tests.add(
                            dynamicTest(
                                    variant.name() + " " + run,
                                    () -> compare(variant.model(), its)));
            }
        assertThat(tests).hasSizeGreaterThanOrEqualTo(14);
        return tests;
    }

    private void compare(Path model, Path run) throws IOException {
        JsonNode oracle = OracleSet.json(run.resolve("spectrum.json"));
        assertThat(oracle.get("module").stringValue()).isEqualTo(DOWN.path());
        try (Scope scope = Scope.open()) {
            Finetuned finetuned = open(model, run, scope);

            MatrixSpectra spectra = finetuned.spectra(DOWN, true, scope);

            alike(spectra.change(), oracle.get("delta"));
            assertThat(spectra.weights()).isNotNull();
            if (oracle.has("base_weight"))
                alike(spectra.weights().base(), oracle.get("base_weight"));
            if (oracle.has("final_weight"))
                alike(spectra.weights().finetuned(), oracle.get("final_weight"));
            assertThat(spectra.baseNorm())
                    .isCloseTo(spectra.weights().base().frobeniusNorm(), within(1e-4));
            assertThat(finetuned.spectra(DOWN, false, scope).change().rank(0.9))
                    .isEqualTo(spectra.change().rank(0.9));
        }
    }

    private Finetuned open(Path model, Path run, Scope scope) throws IOException {
        if (Files.isDirectory(run.resolve("final")))
            return Finetuned.open(model, run.resolve("final"), "adapter", scope);
        Path whole = Files.createTempDirectory(folder, "model");
        Files.copy(model.resolve("config.json"), whole.resolve("config.json"));
        Files.copy(run.resolve("final.safetensors"), whole.resolve("model.safetensors"));
        return Finetuned.open(model, whole, "model", scope);
    }

    private static void alike(Spectrum spectrum, JsonNode oracle) {
        JsonNode values = oracle.get("singular_values");
        double largest = values.get(0).asDouble();
        for (int i = 0; i < values.size(); i++)
            assertThat(i < spectrum.values().size() ? spectrum.values().get(i) : 0)
                    .isCloseTo(values.get(i).asDouble(), within(EXACT * largest));
        assertThat(spectrum.rank(0.9)).isEqualTo(oracle.get("rank90").asInt());
        assertThat(spectrum.rank(0.99)).isEqualTo(oracle.get("rank99").asInt());
    }

    @Test
    void anAdaptersFactorsTellWhatTheMergedMatrixDoes() throws IOException {
        Variant variant = OracleSet.chosen().variants().getFirst();
        Path model = variant.model();
        try (Scope scope = Scope.open()) {
            Finetuned adapted =
                    Finetuned.open(model, variant.folder().resolve("lora/final"), "adapter", scope);
            for (Projected matrix : adapted.matrices()) {
                MatrixSpectra spectra = adapted.spectra(matrix, false, scope);

                Spectrum dense = adapted.spectraOfMerged(matrix, scope);

                double largest = dense.values().getFirst();
                for (int i = 0; i < dense.values().size(); i++) {
                    List<Double> values = spectra.change().values();
                    assertThat(i < values.size() ? values.get(i) : 0)
                            .isCloseTo(dense.values().get(i), within(EXACT * largest));
                }
            }
        }
    }

    @Test
    void anAdapterIsComparedWithoutItsModelsWeightsWhereTheirNormIsKnown() throws IOException {
        Variant variant = OracleSet.chosen().variants().getFirst();
        Path model = Files.createTempDirectory(folder, "model");
        for (String file : List.of("config.json", "model.safetensors"))
            Files.copy(variant.model().resolve(file), model.resolve(file));
        try (Scope scope = Scope.open()) {
            Finetuned adapted =
                    Finetuned.open(model, variant.folder().resolve("lora/final"), "adapter", scope);
            MatrixSpectra read = adapted.spectra(DOWN, false, scope);
            Files.delete(model.resolve("model.safetensors"));

            MatrixSpectra unread =
                    adapted.spectra(DOWN, false, OptionalDouble.of(read.baseNorm()), scope);

            assertThat(unread).isEqualTo(read);
        }
    }

    @Test
    void twoAdaptersAreComparedByTheirFactorsAsByTheirMatrices() throws IOException {
        Variant variant = OracleSet.chosen().variants().getFirst();
        Finetuned.Saved one =
                new Finetuned.Saved(variant.folder().resolve("lora/final"), "adapter");
        Finetuned.Saved other =
                new Finetuned.Saved(variant.folder().resolve("rslora/final"), "adapter");
        try (Scope scope = Scope.open()) {
            Finetuned both = Finetuned.open(variant.model(), one, other, scope);

            Spectrum byFactors = both.spectra(DOWN, false, scope).change();

            Spectrum byMatrices = both.spectraOfMerged(DOWN, scope);
            for (int i = 0; i < byMatrices.values().size(); i++)
                assertThat(i < byFactors.values().size() ? byFactors.values().get(i) : 0)
                        .isCloseTo(
                                byMatrices.values().get(i),
                                within(EXACT * byMatrices.values().getFirst()));
            assertThat(byFactors.values()).hasSizeLessThan(byMatrices.values().size());
            assertThat(
                            Finetuned.open(variant.model(), one, one, scope)
                                    .spectra(DOWN, false, scope)
                                    .change()
                                    .frobeniusNorm())
                    .isLessThan(1e-6);
        }
    }

    @Test
    void truncationIsTheBestOfItsRank() throws IOException {
        Random random = new Random(11);
        for (int[] shape : new int[][] {{24, 60}, {60, 24}})
            try (Scope scope = Scope.open()) {
                Decomposer decomposer = new Decomposer(scope);
                Tensor none = scope.zeros(shape[0], shape[1]);
                Tensor change =
                        scope.floats(gaussian(random, shape[0] * shape[1]), shape[0], shape[1]);
                Spectrum all = decomposer.changed(scope, none, change).change();

                Decomposer.Truncated cut = decomposer.truncated(scope, change, 5);

                Spectrum left = decomposer.changed(scope, none, cut.change()).change();
                for (int i = 0; i < 5; i++)
                    assertThat(left.values().get(i)).isCloseTo(all.values().get(i), within(1e-4));
                assertThat(left.tail(5)).isCloseTo(0, within(1e-6));
                assertThat(cut.kept()).isCloseTo(1 - all.tail(5), within(1e-6));
                assertThat(decomposer.norm(scope, decomposer.change(scope, cut.change(), change)))
                        .isCloseTo(all.frobeniusNorm() * Math.sqrt(all.tail(5)), within(1e-4));
            }
    }

    @Test
    void plantedIntrudersAreCountedInWideAndTallMatrices() throws IOException {
        Random random = new Random(3);
        for (int[] shape : new int[][] {{48, 96}, {96, 48}, {64, 64}})
            for (int planted : new int[] {0, 1, 3})
                try (Scope scope = Scope.open()) {
                    float[] before = gaussian(random, shape[0] * shape[1]);
                    float[] after = before.clone();
                    for (int i = 0; i < planted; i++) plant(random, after, shape, 200 + 40 * i);

                    Decomposer.Comparison compared =
                            new Decomposer(scope)
                                    .compare(
                                            scope,
                                            scope.floats(before, shape[0], shape[1]),
                                            scope.floats(after, shape[0], shape[1]));

                    assertThat(compared.intruders()).isEqualTo(planted);
                    assertThat(compared.finetuned().values().getFirst())
                            .isGreaterThan(planted == 0 ? 0 : 150.0);
                }
    }

    /** Adds a multiple of two random directions' product, which no vector of a matrix is near. */
    private static void plant(Random random, float[] matrix, int[] shape, double size) {
        double[] left = direction(random, shape[0]);
        double[] right = direction(random, shape[1]);
        for (int i = 0; i < shape[0]; i++)
            for (int j = 0; j < shape[1]; j++)
                matrix[i * shape[1] + j] += (float) (size * left[i] * right[j]);
    }

    private static double[] direction(Random random, int size) {
        double[] direction = random.doubles(size, -1, 1).toArray();
        double norm = Math.sqrt(java.util.Arrays.stream(direction).map(x -> x * x).sum());
        for (int i = 0; i < size; i++) direction[i] /= norm;
        return direction;
    }

    private static float[] gaussian(Random random, int size) {
        float[] numbers = new float[size];
        for (int i = 0; i < size; i++) numbers[i] = (float) random.nextGaussian();
        return numbers;
    }

    @Test
    void theUntouchedModelHasNoRankAndNoIntruders() throws IOException {
        Path model = OracleSet.chosen().variants().getFirst().model();
        try (Scope scope = Scope.open()) {
            MatrixSpectra spectra =
                    Finetuned.open(model, model, "model", scope).spectra(DOWN, true, scope);

            assertThat(spectra.change().values()).isEmpty();
            assertThat(spectra.weights()).isNotNull();
            assertThat(spectra.weights().intruders()).isZero();
        }
    }

    @Test
    void weightsThatAreNoNumbersAreRefusedByName() throws IOException {
        Path model = OracleSet.chosen().variants().getFirst().model();
        try (Scope scope = Scope.open()) {
            Memory memory = new Memory(scope);
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            Safetensors.open(model.resolve("model.safetensors"))
                    .copied(scope, memory)
                    .forEach(tensors::put);
            String name = DOWN.path() + ".weight";
            float[] numbers = tensors.get(name).floats();
            numbers[5] = Float.NaN;
            tensors.put(name, scope.floats(numbers, tensors.get(name).shape()));
            ModelFiles.copyBesideWeights(model, folder, ElementType.F32);
            Safetensors.write(folder.resolve("model.safetensors"), tensors);
            Finetuned finetuned = Finetuned.open(model, folder, "model", scope);

            Assertions.assertThatThrownBy(() -> finetuned.spectra(DOWN, true, scope))
                    .isInstanceOf(UnsupportedModel.class)
                    .hasMessageContaining("model.layers.1.mlp.down_proj");
        }
    }

    @Test
    void factorsThatAreNoNumbersAreRefusedByName() throws IOException {
        Variant variant = OracleSet.chosen().variants().getFirst();
        Path adapter = variant.folder().resolve("lora/final");
        try (Scope scope = Scope.open()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            Safetensors.open(adapter.resolve("adapter_model.safetensors"))
                    .copied(scope, new Memory(scope))
                    .forEach(tensors::put);
            String name = "base_model.model." + DOWN.path() + ".lora_B.weight";
            float[] numbers = tensors.get(name).floats();
            numbers[5] = Float.POSITIVE_INFINITY;
            tensors.put(name, scope.floats(numbers, tensors.get(name).shape()));
            Files.copy(
                    adapter.resolve("adapter_config.json"), folder.resolve("adapter_config.json"));
            Safetensors.write(folder.resolve("adapter_model.safetensors"), tensors);
            Finetuned finetuned = Finetuned.open(variant.model(), folder, "adapter", scope);

            Assertions.assertThatThrownBy(() -> finetuned.spectra(DOWN, false, scope))
                    .isInstanceOf(UnsupportedModel.class)
                    .hasMessageContaining("model.layers.1.mlp.down_proj");
        }
    }
}
