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
                                "constants",
                                Map.of("factor", 0.5, "count", 3, "negative", true))) {
            Tensor changed = kernels.one(scope, "changed", scope.floats(new float[] {2, -8}, 2));

            assertThat(changed.floats()).containsExactly(-4, 1);
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
