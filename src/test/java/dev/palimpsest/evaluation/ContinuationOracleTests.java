package dev.palimpsest.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.OracleSet;
import dev.palimpsest.OracleSet.Variant;
import dev.palimpsest.data.Tokenizer;
import dev.palimpsest.model.LanguageModel.Request;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** Contexts and texts split into tokens as lm-evaluation-harness does, for every variant. */
class ContinuationOracleTests {
    @TestFactory
    Stream<DynamicTest> aTextIsSplitFromItsContextWhereTheHarnessSplitsIt() throws IOException {
        List<Variant> variants = OracleSet.chosen().variants();
        assertThat(variants).isNotEmpty();
        return variants.stream()
                .map(variant -> DynamicTest.dynamicTest(variant.name(), () -> check(variant)));
    }

    private static void check(Variant variant) throws IOException {
        JsonNode pairs = OracleSet.json(variant.folder().resolve("base.json")).get("loglikelihood");
        assertThat(pairs).isNotEmpty();
        try (Tokenizer tokenizer = Tokenizer.open(variant.model().resolve("tokenizer.json"))) {
            for (JsonNode pair : pairs) {
                Continuation continuation =
                        Continuation.of(
                                pair.get("context").stringValue(),
                                pair.get("continuation").stringValue());
                assertThat(continuation.request(tokenizer))
                        .isEqualTo(
                                new Request(
                                        ids(pair.get("context_ids")),
                                        ids(pair.get("continuation_ids"))));
            }
        }
    }

    private static List<Integer> ids(JsonNode list) {
        return list.valueStream().map(JsonNode::intValue).toList();
    }
}
