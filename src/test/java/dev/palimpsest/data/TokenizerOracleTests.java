package dev.palimpsest.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.spec.Binder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** Ids and decoded text as Hugging Face's tokenizers gives them, for every variant of the set. */
class TokenizerOracleTests {
    private static final Path ORACLES =
            Path.of(System.getProperty("palimpsest.oracles", "src/test/resources/oracles"));

    @TestFactory
    Stream<DynamicTest> idsAndTextsAreThoseOfHuggingFace() throws IOException {
        List<Path> variants;
        try (Stream<Path> folders = Files.list(ORACLES)) {
            variants =
                    folders.filter(v -> Files.exists(v.resolve("tokenizer_cases.json")))
                            .sorted()
                            .toList();
        }
        assertThat(variants).isNotEmpty();
        return variants.stream()
                .map(v -> DynamicTest.dynamicTest(v.getFileName().toString(), () -> check(v)));
    }

    private static void check(Path variant) {
        JsonNode cases = Binder.JSON.readTree(variant.resolve("tokenizer_cases.json")).get("cases");
        assertThat(cases).isNotEmpty();
        try (Tokenizer tokenizer = Tokenizer.open(variant.resolve("model/tokenizer.json"))) {
            for (JsonNode one : cases) {
                List<Integer> ids =
                        StreamSupport.stream(one.get("ids").spliterator(), false)
                                .map(JsonNode::intValue)
                                .toList();
                String text = one.get("text").stringValue();
                int[] encoded = tokenizer.encode(text);
                assertThat(Arrays.stream(encoded).boxed().toList()).as(text).isEqualTo(ids);
                assertThat(tokenizer.decode(ids)).isEqualTo(one.get("decoded").stringValue());
            }
        }
    }
}
