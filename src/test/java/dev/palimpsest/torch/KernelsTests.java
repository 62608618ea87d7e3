package dev.palimpsest.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelsTests {
    @Test
    void kernelsReadTheirConstants() {
        try (Scope scope = Scope.open();
                Kernels kernels =
                        Kernels.load(
                                scope,
                                "decoder",
                                Map.of(
                                        "heads",
                                        4,
                                        "kv_heads",
                                        2,
                                        "head",
                                        2,
                                        "epsilon",
                                        1e-5,
                                        "attention_scale",
                                        1.0,
                                        "window",
                                        0,
                                        "scale",
                                        2.0,
                                        "dora",
                                        false,
                                        "chunk",
                                        8,
                                        "full",
                                        false))) {
            Tensor mask = kernels.one(scope, "causal_mask", 2L, scope.zeros(1));

            assertThat(mask.shape()).containsExactly(2, 2);
            float[] numbers = mask.floats();
            for (int i = 0; i < numbers.length; i++) numbers[i] += 0f; // no minus before zeros
            assertThat(numbers).containsExactly(0, -3.0e38f, 0, 0);
        }
    }

    @Test
    void clippingScalesAllGradientsByTheirCommonNorm() {
        try (Scope scope = Scope.open();
                Kernels kernels = Kernels.load(scope, "optimizer", Map.of())) {
            List<Tensor> gradients =
                    List.of(scope.floats(new float[] {3, 0}, 2), scope.floats(new float[] {4}, 1));

            Tensor norm = kernels.one(scope, "clip", 1.0, gradients);

            assertThat(norm.floats()).containsExactly(5);
            assertThat(gradients.get(1).floats()[0]).isCloseTo(0.8f, offset(1e-6f));
        }
    }

    @Test
    void aMappedFileIsReadInPlaceAndNeverWritten(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("numbers");
        ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(new float[] {1, 2, 3, 4});
        Files.write(file, bytes.array());

        try (Scope scope = Scope.open()) {
            Memory memory = new Memory(scope);
            Tensor all = memory.map(scope, file, ElementType.F32);
            Tensor part = memory.part(scope, all, 1, List.of(3L));
            Kernels kernels = Kernels.load(scope, "optimizer", Map.of());
            kernels.one(scope, "zero", List.of(part));

            assertThat(all.floats()).containsExactly(1, 0, 0, 0);
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes.array());
    }

    private static org.assertj.core.data.Offset<Float> offset(float most) {
        return org.assertj.core.data.Offset.offset(most);
    }
}
