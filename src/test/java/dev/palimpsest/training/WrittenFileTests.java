package dev.palimpsest.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palimpsest.model.Safetensors;
import dev.palimpsest.spec.Sha256;
import dev.palimpsest.torch.ElementType;
import dev.palimpsest.torch.Memory;
import dev.palimpsest.torch.Scope;
import dev.palimpsest.torch.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class WrittenFileTests {
    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({"F32, NaN", "F32, Infinity", "BF16, NaN", "BF16, -Infinity", "F16, Infinity"})
    void aTensorWithWhatIsNoNumberIsNamed(ElementType type, float value) throws Exception {
        Path file = written(type, value);

        assertThatThrownBy(() -> WrittenFile.sum(file))
                .isInstanceOf(WrittenFile.NoNumber.class)
                .hasMessage("bad");
    }

    @ParameterizedTest
    @EnumSource(ElementType.class)
    void theSumOfAFileOfNumbersIsItsSha256(ElementType type) throws Exception {
        Path file = written(type, 65504);

        assertThat(WrittenFile.sum(file)).isEqualTo(Sha256.of(file));
    }

    @Test
    void anyOtherFileMayHoldWhatItWants() throws Exception {
        Path file = Files.writeString(folder.resolve("config.json"), "\uffff NaN");

        assertThat(WrittenFile.sum(file)).isEqualTo(Sha256.of(file));
    }

    /** More than a block of good numbers, then others with one in their midst. */
    private Path written(ElementType type, float value) throws Exception {
        Path file = folder.resolve("model.safetensors");
        float[] good = new float[400_000];
        float[] bad = new float[100];
        bad[37] = value;
        try (Scope scope = Scope.open()) {
            Memory memory = new Memory(scope);
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            tensors.put("good", memory.as(scope, scope.floats(good, good.length), type));
            tensors.put("bad", memory.as(scope, scope.floats(bad, bad.length), type));
            Safetensors.write(file, tensors);
        }
        return file;
    }
}
