package dev.palimpsest.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.model.UnsupportedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.FileSystemUtils;

class ModelDirectoryTests {
    private static final Path TINY = Path.of("src/test/resources/oracles/llama_tied/model");
    private static final int DAMAGES = 100;

    @TempDir Path folder;

    @BeforeEach
    void copyTheTinyModel() throws IOException {
        FileSystemUtils.copyRecursively(TINY, folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"config.json", "tokenizer.json", "model.safetensors"})
    void aDamagedFileIsFoundGoodOrRefusedButNeverCrashesTheCheck(String name) throws IOException {
        byte[] whole = Files.readAllBytes(folder.resolve(name));
        Random random = new Random(17);
        int refused = 0;
        for (int i = 0; i < DAMAGES; i++) {
            Files.write(folder.resolve(name), damaged(whole, random));
            if (isRefused()) refused++;
        }
        assertThat(refused).isPositive();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "config.json | []",
                "config.json | 7",
                "tokenizer.json | {}",
                "tokenizer.json | []",
                "tokenizer.json | {\"model\": {\"vocab\": {\"a\": \"x\"}}}",
                "tokenizer.json | {\"model\": {\"vocab\": {\"a\": 1e300}}}",
                "tokenizer.json | {\"model\": {\"vocab\": {\"</s>\": -1}}}",
                "tokenizer_config.json | [",
                "model.safetensors.index.json | {\"weight_map\": {\"a\": \"../model.safetensors\"}}",
                "model.safetensors.index.json | {\"weight_map\": {\"a\": 7}}",
                "model.safetensors.index.json | {\"weight_map\": {\"a\": \"\\u0000\"}}",
                "model.safetensors.index.json | {\"weight_map\": []}",
                "model.safetensors.index.json | nonsense"
            })
    void aFileOfOddContentIsRefused(String name, String content) throws IOException {
        Files.writeString(folder.resolve(name), content);

        assertThat(isRefused()).isTrue();
    }

    private boolean isRefused() throws IOException {
        try {
            ModelDirectory.checked(folder);
            return false;
        } catch (UnsupportedModel reason) {
            assertThat(reason.getMessage()).isNotBlank();
            return true;
        }
    }

    private static byte[] damaged(byte[] whole, Random random) {
        byte[] bytes = Arrays.copyOf(whole, whole.length - random.nextInt(2) * random.nextInt(99));
        int most = Math.min(bytes.length, 4096); // where the headers are
        for (int i = 0; i < 3; i++) bytes[random.nextInt(most)] = (byte) random.nextInt(256);
        return bytes;
    }
}
