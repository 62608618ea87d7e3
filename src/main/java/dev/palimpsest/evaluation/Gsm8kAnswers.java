package dev.palimpsest.evaluation;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** GSM8K as lm-evaluation-harness asks it: worked answers that end with {@code #### 72}. */
final class Gsm8kAnswers {
    private static final List<Regex> IGNORED =
            List.of(Regex.of(","), Regex.of("\\$"), Regex.of("(?s).*#### "), Regex.of("\\.$"));

    private static final Filter STRICT =
            new Filter.Extract("exact_match_strict", Regex.of("#### (-?[0-9.,]+)"), false, IGNORED);

    private static final Filter FLEXIBLE =
            new Filter.Extract(
                    "exact_match_flexible", Regex.of("(-?[$0-9.,]{2,})|(-?[0-9]+)"), true, IGNORED);

    private static final Filter STRICT_IN_WORDS =
            new Filter.Extract(
                    "exact_match_strict", Regex.of("The answer is (-?[0-9.,]+)."), false, IGNORED);

    private static final String IN_WORDS = "/gsm8k/chain_of_thought.txt";

    private Gsm8kAnswers() {}

    static GenerateAndMatch mechanism(int mostTokens) {
        return new GenerateAndMatch(
                List.of("Question:", "</s>", "<|im_end|>"), mostTokens, List.of(STRICT, FLEXIBLE));
    }

    /** After chains of thought, whose problems begin with Q. */
    static GenerateAndMatch toldInWords() {
        return new GenerateAndMatch(
                List.of("Q:", "</s>", "<|im_end|>"), 256, List.of(STRICT_IN_WORDS, FLEXIBLE));
    }

    static List<GenerateAndMatch.Item> toldInWords(List<BenchmarkRow> rows) {
        String exemplars = exemplars();
        return rows.stream()
                .map(
                        row ->
                                new GenerateAndMatch.Item(
                                        exemplars,
                                        "Q: " + row.text("question") + "\nA:",
                                        result(row.text("answer"))))
                .toList();
    }

    /** Eight worked problems (Wei et al., 2022, table 20), a blank line after each. */
    private static String exemplars() {
        try (InputStream bytes = BenchmarkFile.bundled(IN_WORDS)) {
            return new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static String result(String answer) {
        return PythonText.strip(answer.substring(answer.lastIndexOf("####") + 4));
    }

    static GenerateAndMatch.Item item(BenchmarkRow row) {
        return new GenerateAndMatch.Item(
                "Question: " + row.text("question") + "\nAnswer:", row.text("answer"));
    }
}
