package dev.palimpsest.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palimpsest.torch.ElementType;
import dev.palimpsest.torch.Memory;
import dev.palimpsest.torch.Scope;
import dev.palimpsest.torch.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTests {
    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'a': {'dtype': 'F32', 'shape': [-2], 'data_offsets': [0, 8]}} | does not fill its place",
                "{'a': {'dtype': 'F32', 'shape': [1152921504606846976], 'data_offsets': [0, 8]}} | does not fill its place",
                "{'a': {'dtype': 'F32', 'shape': [4294967296, 4294967296], 'data_offsets': [0, 0]}} | does not fill its place",
                "{'a': {'dtype': 'F32', 'shape': [2], 'data_offsets': [8, 0]}} | does not fill its place",
                "{'a': {'dtype': 'F32', 'shape': [2], 'data_offsets': [-8, 0]}} | does not fill its place",
                "{'a': {'dtype': 'F32', 'shape': [4], 'data_offsets': [0, 16]}} | ends at byte 16 of 8",
                "{'a': {'dtype': 'F32', 'shape': [2], 'data_offsets': [0, 8]}, 'b': {'dtype': 'F32', 'shape': [1], 'data_offsets': [4, 8]}} | lies over the one before it",
                "{'a': {'dtype': 'F64', 'shape': [1], 'data_offsets': [0, 8]}} | supported are F32, F16, BF16",
                "{'a': {'dtype': 'F32'}} | has no shape or no place",
                "{'a': {'dtype': 'F32', 'shape': [2], 'data_offsets': [0, 8]}, 'a': {'dtype': 'F32', 'shape': [2], 'data_offsets': [0, 8]}} | its header is not valid JSON",
                "[1, 2 | its header is not valid JSON"
            })
    void aHostileHeaderIsRefusedBeforeAnythingIsRead(String header, String reason)
            throws IOException {
        Path file = file(header.replace('\'', '"'), 0, new byte[8]);

        assertThatThrownBy(() -> Safetensors.open(file))
                .isInstanceOf(UnsupportedModel.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource({"-1", "1", "9223372036854775807", "1000000"})
    void aHeaderThatCannotBeIsRefused(long length) throws IOException {
        Path file = folder.resolve("damaged.safetensors");
        Files.write(
                file,
                ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array());

        assertThatThrownBy(() -> Safetensors.open(file))
                .hasMessageContaining("its header would be");
    }

    @Test
    void aHeaderOfMoreThanAnyModelsIsRefusedThoughTheFileHasIt() throws IOException {
        Path file = file("{" + " ".repeat(17 << 20) + "}", 0, new byte[8]);

        assertThatThrownBy(() -> Safetensors.open(file))
                .isInstanceOf(UnsupportedModel.class)
                .hasMessageContaining("its header would be");
    }

    @Test
    void tensorsThatLieAtOddPlacesAreReadToo() throws IOException {
        String header =
                """
                {"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]},
                 "b": {"dtype": "BF16", "shape": [1], "data_offsets": [8, 10]},
                 "c": {"dtype": "F16", "shape": [1, 1], "data_offsets": [10, 12]}}""";
        ByteBuffer data = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        data.putFloat(1.5f).putFloat(-2f).putShort((short) 0x4049).putShort((short) 0x3c00);
        Path file = file(header, (header.length() & 1) == 0 ? 1 : 0, data.array());
        try (Scope scope = Scope.open()) {
            Map<String, Tensor> tensors = Safetensors.open(file).tensors(scope, new Memory(scope));

            assertThat(tensors.get("a").floats()).containsExactly(1.5f, -2f);
            assertThat(tensors.get("b").floats()).containsExactly(3.140625f);
            assertThat(tensors.get("c").floats()).containsExactly(1f);
        }
    }

    @Test
    void everyNumberFormatIsWrittenAsItLies() throws IOException {
        try (Scope scope = Scope.open()) {
            Memory memory = new Memory(scope);
            Tensor floats = scope.floats(new float[] {1.5f, 3.140625f}, 2);
            Map<String, Tensor> mixed = new LinkedHashMap<>();
            for (ElementType type : ElementType.values())
                mixed.put(type.name(), memory.as(scope, floats, type));

            Safetensors.write(folder.resolve("mixed.safetensors"), mixed);

            Map<String, Tensor> read =
                    Safetensors.open(folder.resolve("mixed.safetensors")).tensors(scope, memory);
            for (ElementType type : ElementType.values()) {
                assertThat(read.get(type.name()).type()).isEqualTo(type);
                assertThat(memory.as(scope, read.get(type.name()), ElementType.F32).floats())
                        .containsExactly(1.5f, 3.140625f);
            }
        }
    }

    private Path file(String header, int spaces, byte[] data) throws IOException {
        byte[] json = (header + " ".repeat(spaces)).getBytes(StandardCharsets.UTF_8);
        Path file = folder.resolve("some.safetensors");
        Files.write(
                file,
                ByteBuffer.allocate(8 + json.length + data.length)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(json.length)
                        .put(json)
                        .put(data)
                        .array());
        return file;
    }
}
