package dev.palimpsest.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.OracleSet;
import dev.palimpsest.OracleSet.Variant;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** Ids and decoded text as Hugging Face's tokenizers gives them, for every variant of the set. */
class TokenizerOracleTests {
    @TestFactory
    Stream<DynamicTest> idsAndTextsAreThoseOfHuggingFace() throws IOException {
        List<Variant> variants = OracleSet.chosen().variants();
        assertThat(variants).isNotEmpty();
        return variants.stream()
                .map(variant -> DynamicTest.dynamicTest(variant.name(), () -> check(variant)));
    }

    private static void check(Variant variant) throws IOException {
        JsonNode cases =
                OracleSet.json(variant.folder().resolve("tokenizer_cases.json")).get("cases");
        assertThat(cases).isNotEmpty();
        try (Tokenizer tokenizer = Tokenizer.open(variant.model().resolve("tokenizer.json"))) {
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
