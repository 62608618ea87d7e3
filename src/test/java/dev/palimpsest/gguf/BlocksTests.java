package dev.palimpsest.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palimpsest.OracleSet;
import dev.palimpsest.model.UnsupportedModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

class BlocksTests {
    private static final Path EXPECTED = Path.of("src/test/resources/gguf/blocks.json");

    @ParameterizedTest
    @EnumSource(GgufType.class)
    void aBlockHasTheNumbersOfTheReferenceBitForBit(GgufType type) throws IOException {
        JsonNode golden = OracleSet.json(EXPECTED).path(type.name());
        float[] wanted = floats(golden.path("numbers"));

        float[] read = new float[wanted.length];
        type.decode(bytes(golden.path("blocks")), read, read.length);

        assertThat(bits(read)).isEqualTo(bits(wanted));
    }

    @Test
    void numbersBecomeTheReferencesQ8BlocksByteForByte() throws IOException {
        JsonNode golden = OracleSet.json(EXPECTED);
        float[] numbers = floats(golden.path("Q8_0_of"));
        byte[] wanted = bytes(golden.path("Q8_0").path("blocks")).array();

        ByteBuffer written = ByteBuffer.allocate(wanted.length).order(ByteOrder.LITTLE_ENDIAN);
        Encoding.append(GgufType.Q8_0, numbers, numbers.length, written, "numbers");

        assertThat(written.array()).isEqualTo(wanted);
    }

    @Test
    void aNumberThatHalfPrecisionCannotHoldIsRefusedByItsTensor() {
        ByteBuffer into = ByteBuffer.allocate(2);

        assertThatThrownBy(
                        () -> Encoding.append(GgufType.F16, new float[] {1e5f}, 1, into, "lm_head"))
                .isInstanceOf(UnsupportedModel.class)
                .hasMessageContaining("lm_head holds 100000.0");
    }

    private static ByteBuffer bytes(JsonNode base64) {
        return ByteBuffer.wrap(Base64.getDecoder().decode(base64.asString()))
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    private static float[] floats(JsonNode base64) {
        ByteBuffer bytes = bytes(base64);
        float[] floats = new float[bytes.capacity() / Float.BYTES];
        bytes.asFloatBuffer().get(floats);
        return floats;
    }

    private static int[] bits(float[] numbers) {
        int[] bits = new int[numbers.length];
        Arrays.setAll(bits, i -> Float.floatToRawIntBits(numbers[i]));
        return bits;
    }
}
