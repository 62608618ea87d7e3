package dev.palimpsest.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.spec.Binder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** Ids and decoded text as Hugging Face's tokenizers gives them, for every variant of the set. */
class TokenizerOracleTests {
    private static final Path ORACLES =
            Path.of(System.getProperty("palimpsest.oracles", "src/test/resources/oracles"));

    @TestFactory
    Stream<DynamicTest> idsAndTextsAreThoseOfHuggingFace() {
        JsonNode variants = Binder.JSON.readTree(ORACLES.resolve("manifest.json")).get("variants");
        assertThat(variants).isNotEmpty();
        return variants.valueStream()
                .map(variant -> variant.get("variant").stringValue())
                .map(name -> DynamicTest.dynamicTest(name, () -> check(ORACLES.resolve(name))));
    }

    private static void check(Path variant) {
        JsonNode cases = Binder.JSON.readTree(variant.resolve("tokenizer_cases.json")).get("cases");
        assertThat(cases).isNotEmpty();
        try (Tokenizer tokenizer = Tokenizer.open(variant.resolve("model/tokenizer.json"))) {
            for (JsonNode one : cases) {
                List<Integer> ids = one.get("ids").valueStream().map(JsonNode::intValue).toList();
                String text = one.get("text").stringValue();
                int[] encoded = tokenizer.encode(text);
                assertThat(Arrays.stream(encoded).boxed().toList()).as(text).isEqualTo(ids);
                assertThat(tokenizer.decode(ids)).isEqualTo(one.get("decoded").stringValue());
            }
        }
    }
}
