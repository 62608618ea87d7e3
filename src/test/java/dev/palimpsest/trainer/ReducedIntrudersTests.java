package dev.palimpsest.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.palimpsest.OracleSet;
import dev.palimpsest.decomposition.Finetuned;
import dev.palimpsest.decomposition.IntruderReduction;
import dev.palimpsest.decomposition.MatrixSpectra;
import dev.palimpsest.model.Adapter;
import dev.palimpsest.model.Architecture;
import dev.palimpsest.model.Projected;
import dev.palimpsest.spec.Method.Lora;
import dev.palimpsest.spec.Projection;
import dev.palimpsest.torch.Memory;
import dev.palimpsest.torch.Scope;
import dev.palimpsest.torch.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** Intruder dimensions are scaled down as PEFT does it, and a planted one is cured. */
class ReducedIntrudersTests {
    private static final Path ORACLE = Path.of("src/test/resources/oracles/llama_tied");
    private static final Projected DOWN = new Projected(1, Projection.DOWN);

    @TempDir Path folder;

    @Test
    void aReducedAdapterIsWhatPeftMakesOfIt() throws IOException {
        JsonNode oracle = OracleSet.json(ORACLE.resolve("lora/reduced_intruders.json"));
        IntruderReduction reduction =
                new IntruderReduction(
                        oracle.get("top").asInt(),
                        oracle.get("epsilon").asDouble(),
                        oracle.get("scale").asDouble());
        try (Scope scope = Scope.open()) {
            Adapter large = withAlpha(oracle.get("alpha").asDouble(), scope);
            large.write(folder, "model");

            Exporting.Written written =
                    export(folder, ExportForm.ADAPTER, reduction, folder.resolve("reduced"));

            assertThat(written.reducedIntruders()).isEqualTo(oracle.get("intruders").asInt());
            Adapter reduced = read(folder.resolve("reduced"), scope);
            assertThat(reduced.method()).isEqualTo(large.method());
            for (String module : oracle.get("modules").propertyNames()) {
                JsonNode rows = oracle.at("/modules/" + module);
                near(firstNumbers(large, module), rows.get("before"));
                near(firstNumbers(reduced, module), rows.get("after"));
            }
        }
    }

    private static void near(double[] numbers, JsonNode oracle) {
        for (int i = 0; i < oracle.size(); i++)
            assertThat(numbers[i]).isCloseTo(oracle.get(i).asDouble(), within(1e-4));
    }

    /** Of scale * B A, computed here. */
    private static double[] firstNumbers(Adapter adapter, String module) {
        float[] b = part(adapter, module, "B").floats();
        Tensor down = part(adapter, module, "A");
        float[] a = down.floats();
        int in = (int) down.shape()[1];
        double[] numbers = new double[8];
        for (int i = 0; i < numbers.length; i++)
            for (int k = 0; k < adapter.method().rank(); k++)
                numbers[i] += adapter.method().scale() * b[k] * a[k * in + i];
        return numbers;
    }

    @ParameterizedTest
    @EnumSource(names = {"MERGED", "ADAPTER"})
    void aPlantedIntruderIsFoundAndCured(ExportForm form) throws IOException {
        try (Scope scope = Scope.open()) {
            planted(scope).write(folder, "model");
            MatrixSpectra before = spectra(folder, "adapter", scope);

            Exporting.Written written =
                    export(
                            folder,
                            form,
                            new IntruderReduction(10, 0.5, 0),
                            folder.resolve("cured"));

            String kind = form == ExportForm.ADAPTER ? "adapter" : "model";
            MatrixSpectra after = spectra(folder.resolve("cured"), kind, scope);
            assertThat(Objects.requireNonNull(before.weights()).intruders()).isEqualTo(1);
            assertThat(written.reducedIntruders()).isEqualTo(1);
            assertThat(Objects.requireNonNull(after.weights()).intruders()).isZero();
            assertThat(after.change().frobeniusNorm())
                    .isLessThan(0.25 * before.change().frobeniusNorm());
        }
    }

    @Test
    void aWholeModelsIntrudersAreScaledByTheFactor() throws IOException {
        try (Scope scope = Scope.open()) {
            planted(scope).write(folder, "model");
            Path whole = folder.resolve("whole");
            export(folder, ExportForm.MERGED, null, whole);
            MatrixSpectra before = spectra(whole, "model", scope);

            Exporting.Written written =
                    new Exporting(
                                    new ExportRun(
                                            ORACLE.resolve("model").toString(),
                                            whole.toString(),
                                            "model",
                                            ExportForm.MERGED,
                                            new IntruderReduction(10, 0.5, 0.75),
                                            folder.resolve("reduced").toString(),
                                            1))
                            .write();

            MatrixSpectra after = spectra(folder.resolve("reduced"), "model", scope);
            assertThat(written.reducedIntruders()).isEqualTo(1);
            assertThat(largest(after)).isCloseTo(0.75 * largest(before), within(1e-4));
        }
    }

    private static double largest(MatrixSpectra spectra) {
        return Objects.requireNonNull(spectra.weights()).finetuned().values().getFirst();
    }

    private MatrixSpectra spectra(Path checkpoint, String kind, Scope scope) throws IOException {
        return Finetuned.open(ORACLE.resolve("model"), checkpoint, kind, scope)
                .spectra(DOWN, true, scope);
    }

    private static Exporting.Written export(
            Path adapter, ExportForm form, @Nullable IntruderReduction reduction, Path into)
            throws IOException {
        return new Exporting(
                        new ExportRun(
                                ORACLE.resolve("model").toString(),
                                adapter.toString(),
                                "adapter",
                                form,
                                reduction,
                                into.toString(),
                                1))
                .write();
    }

    /** The oracle's adapter, one column of its last B far larger in a random direction. */
    private static Adapter planted(Scope scope) throws IOException {
        Adapter adapter = read(ORACLE.resolve("lora/final"), scope);
        Tensor b = part(adapter, DOWN.path(), "B");
        float[] numbers = b.floats();
        Random random = new Random(5);
        for (int i = 0; i < numbers.length; i += adapter.method().rank())
            numbers[i] = (float) random.nextGaussian();
        Map<String, Tensor> named = new LinkedHashMap<>(adapter.named());
        named.put(name(DOWN.path(), "B"), scope.floats(numbers, b.shape()));
        return new Adapter(adapter.method(), named);
    }

    private static Adapter withAlpha(double alpha, Scope scope) throws IOException {
        Adapter adapter = read(ORACLE.resolve("lora/final"), scope);
        Lora method = adapter.method();
        return new Adapter(
                Lora.of(
                        method.rank(),
                        alpha,
                        method.dropout(),
                        method.targetModules(),
                        method.variant()),
                adapter.named());
    }

    private static Adapter read(Path folder, Scope scope) throws IOException {
        return Adapter.read(
                folder, Architecture.of(ORACLE.resolve("model")), scope, new Memory(scope));
    }

    private static Tensor part(Adapter adapter, String module, String part) {
        return Objects.requireNonNull(adapter.named().get(name(module, part)));
    }

    private static String name(String module, String part) {
        return "base_model.model.%s.lora_%s.weight".formatted(module, part);
    }
}
