package dev.palimpsest.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerTests {
    private static final Path MINI = Path.of("src/main/resources/palimpsest-mini/tokenizer.json");
    private static final String SMALLEST =
            """
            {"model": {"type": "WordLevel", "vocab": {"a": 0, "b": 1, "stop": 7}, "unk_token": "b"},
             "pre_tokenizer": {"type": "Whitespace"}}
            """;

    @TempDir Path folder;

    @Test
    void theBundledTokenizerSplitsNumbersIntoDigitsAndRestoresAnyText() {
        String text = "He has 48/2 = <<48/2=24>>24 clips.\n日本語 \0 🙂";

        try (Tokenizer tokenizer = Tokenizer.open(MINI)) {
            var ids = Arrays.stream(tokenizer.encode(text)).boxed().toList();

            assertThat(tokenizer.vocabularySize()).isEqualTo(4096);
            assertThat(tokenizer.endOfText()).isEqualTo(0);
            assertThat(tokenizer.padding()).isEqualTo(1);
            assertThat(tokenizer.encode("123")).hasSize(3);
            assertThat(tokenizer.decode(ids)).isEqualTo(text);
        }
    }

    @Test
    void theEndOfTextIsReadFromTheModelsConfigWhereTheTokenizerNamesNone() throws IOException {
        Path file = Files.writeString(folder.resolve("tokenizer.json"), SMALLEST);
        Files.writeString(folder.resolve("config.json"), "{\"eos_token_id\": [7, 1]}");

        try (Tokenizer tokenizer = Tokenizer.open(file)) {
            assertThat(tokenizer.endOfText()).isEqualTo(7);
            assertThat(tokenizer.padding()).isEqualTo(7);
            assertThat(tokenizer.vocabularySize()).isEqualTo(8);
        }
    }

    @Test
    void aTokenizerThatCannotBeUsedSaysWhyInASentence() throws IOException {
        Path file = folder.resolve("tokenizer.json");

        assertThatThrownBy(() -> Tokenizer.open(file))
                .isInstanceOf(InvalidData.class)
                .hasMessageStartingWith("There is no file ");

        Files.writeString(file, SMALLEST);
        assertThatThrownBy(() -> Tokenizer.open(file))
                .isInstanceOf(InvalidData.class)
                .hasMessageContaining("name it as eos_token in a tokenizer_config.json");

        Files.writeString(file, "{\"model\"");
        assertThatThrownBy(() -> Tokenizer.open(file))
                .isInstanceOf(InvalidData.class)
                .hasMessageContaining("is not valid JSON");

        Files.writeString(file, "{\"model\": {\"vocab\": {\"</s>\": 0}, \"type\": \"None\"}}");
        assertThatThrownBy(() -> Tokenizer.open(file))
                .isInstanceOf(InvalidData.class)
                .hasMessageContaining("is not a tokenizer");

        Files.writeString(file, "[]");
        assertThatThrownBy(() -> Tokenizer.open(file))
                .isInstanceOf(InvalidData.class)
                .hasMessageContaining("has no vocabulary");
    }
}
