package dev.palimpsest.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.data.Tokenizer;
import dev.palimpsest.model.LanguageModel.Request;
import dev.palimpsest.spec.Binder;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** Contexts and texts split into tokens as lm-evaluation-harness does, for every variant. */
class ContinuationOracleTests {
    private static final Path ORACLES =
            Path.of(System.getProperty("palimpsest.oracles", "src/test/resources/oracles"));

    @TestFactory
    Stream<DynamicTest> aTextIsSplitFromItsContextWhereTheHarnessSplitsIt() {
        JsonNode variants = Binder.JSON.readTree(ORACLES.resolve("manifest.json")).get("variants");
        assertThat(variants).isNotEmpty();
        return variants.valueStream()
                .map(variant -> variant.get("variant").stringValue())
                .map(name -> DynamicTest.dynamicTest(name, () -> check(ORACLES.resolve(name))));
    }

    private static void check(Path variant) {
        JsonNode pairs = Binder.JSON.readTree(variant.resolve("base.json")).get("loglikelihood");
        assertThat(pairs).isNotEmpty();
        try (Tokenizer tokenizer = Tokenizer.open(variant.resolve("model/tokenizer.json"))) {
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
