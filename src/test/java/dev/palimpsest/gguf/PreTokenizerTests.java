package dev.palimpsest.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palimpsest.data.Tokenizer;
import dev.palimpsest.model.UnsupportedModel;
import dev.palimpsest.spec.Binder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** Digits show where each pre-tokenizer cuts: 3 and 4 are merged first where no cut is between. */
class PreTokenizerTests {
    private static final List<String> TOKENS =
            List.of("1", "2", "3", "4", "5", "12", "34", "123", ".", "<|end|>", "[PAD10]", "<x>");

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({
        "gpt-2, 12 34 5",
        "smollm, 1 2 3 4 5",
        "qwen2, 1 2 3 4 5",
        "llama-bpe, 123 4 5",
        "smaug-bpe, 12 3 4 5",
        "default, 12 3 4 5"
    })
    void aNumberIsCutAsTheNameSays(String pre, String expected) throws IOException {
        try (Tokenizer tokenizer = tokenizer(metadata(pre, Map.of()))) {
            assertThat(texts(tokenizer.encode("12345"))).isEqualTo(expected);
        }
    }

    @Test
    void onlyControlAndUserDefinedTokensAreCutOutOfText() throws IOException {
        try (Tokenizer tokenizer = tokenizer(metadata("gpt-2", Map.of()))) {
            assertThat(texts(tokenizer.encode("12<|end|>.<x>.[PAD10]")))
                    .isEqualTo("12 <|end|> . <x> . 1");
        }
    }

    @Test
    void llama3BeginsEveryTextWhereTheFileDoesNotSayOtherwise() {
        Map<String, GgufValue> begin = Map.of("bos_token_id", new GgufValue.Whole(9));

        JsonNode json = StoredTokenizer.of(metadata("llama-bpe", begin), 20).json();
        JsonNode other = StoredTokenizer.of(metadata("qwen2", begin), 20).json();

        assertThat(json.at("/post_processor/single/0/SpecialToken/id").asString())
                .isEqualTo("<|end|>");
        assertThat(other.path("post_processor").isNull()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(PreTokenizer.class)
    void aTokenizersCutsAreFoundAgain(PreTokenizer pre) {
        JsonNode json = StoredTokenizer.of(metadata(pre.ggml(), Map.of()), 20).json();

        assertThat(PreTokenizer.of(json)).contains(pre);
    }

    @Test
    void whatCannotBeATokenizerIsRefusedByItsKey() {
        refused("tokenizer.ggml.pre is 'tekken'", "pre", new GgufValue.Text("tekken"));
        refused("tokenizer.ggml.merges[0], '7 8'", "merges", new GgufValue.Texts(List.of("7 8")));
        refused("is there twice", "tokens", new GgufValue.Texts(repeated()));
        refused("tokenizer.ggml.eos_token_id is 99", "eos_token_id", new GgufValue.Whole(99));
        refused("token_type[0]", "token_type", kinds((byte) 6));
        refused("add_eos_token", "add_eos_token", new GgufValue.Flag(true));
        refused("add_space_prefix", "add_space_prefix", new GgufValue.Flag(true));
    }

    private static void refused(String reason, String key, GgufValue value) {
        assertThatThrownBy(
                        () -> {
                            StoredTokenizer tokenizer =
                                    StoredTokenizer.of(metadata("gpt-2", Map.of(key, value)), 20);
                            tokenizer.json();
                            tokenizer.settings(1);
                        })
                .isInstanceOf(UnsupportedModel.class)
                .hasMessageContaining(reason);
    }

    private static List<String> repeated() {
        return TOKENS.stream().map(token -> token.equals("2") ? "1" : token).toList();
    }

    private static Metadata metadata(String pre, Map<String, GgufValue> changes) {
        Map<String, GgufValue> values = new HashMap<>();
        values.put("tokenizer.ggml.model", new GgufValue.Text("gpt2"));
        values.put("tokenizer.ggml.pre", new GgufValue.Text(pre));
        values.put("tokenizer.ggml.tokens", new GgufValue.Texts(TOKENS));
        values.put("tokenizer.ggml.token_type", kinds((byte) 1));
        values.put("tokenizer.ggml.merges", new GgufValue.Texts(List.of("3 4", "1 2")));
        values.put("tokenizer.ggml.eos_token_id", new GgufValue.Whole(9));
        changes.forEach((key, value) -> values.put("tokenizer.ggml." + key, value));
        return new Metadata(values);
    }

    private static GgufValue.Scalars kinds(byte first) {
        byte[] kinds = new byte[TOKENS.size()];
        Arrays.fill(kinds, (byte) 1);
        kinds[0] = first;
        kinds[9] = 3;
        kinds[10] = 5;
        kinds[11] = 4;
        return new GgufValue.Scalars(ValueType.INT8, ByteBuffer.wrap(kinds));
    }

    private Tokenizer tokenizer(Metadata metadata) throws IOException {
        StoredTokenizer stored = StoredTokenizer.of(metadata, TOKENS.size());
        Path file = folder.resolve("tokenizer.json");
        Files.writeString(file, Binder.JSON.writeValueAsString(stored.json()));
        Files.writeString(folder.resolve("tokenizer_config.json"), stored.settings(16).toString());
        return Tokenizer.open(file);
    }

    private static String texts(int[] ids) {
        return String.join(" ", Arrays.stream(ids).mapToObj(TOKENS::get).toList());
    }
}
