package dev.palimpsest.evaluation;

import java.util.List;
import java.util.regex.Pattern;

/** GSM8K as lm-evaluation-harness asks it: worked answers that end with {@code #### 72}. */
final class Gsm8kAnswers {
    private static final List<Pattern> IGNORED =
            List.of(
                    Pattern.compile(","),
                    Pattern.compile("\\$"),
                    Pattern.compile(".*#### ", Pattern.DOTALL),
                    Pattern.compile("\\.$", Pattern.UNIX_LINES));

    private static final Filter STRICT =
            new Filter.Extract(
                    "exact_match_strict", Pattern.compile("#### (-?[0-9.,]+)"), false, IGNORED);

    private static final Filter FLEXIBLE =
            new Filter.Extract(
                    "exact_match_flexible",
                    Pattern.compile("(-?[$0-9.,]{2,})|(-?[0-9]+)"),
                    true,
                    IGNORED);

    private Gsm8kAnswers() {}

    static GenerateAndMatch mechanism(int mostTokens) {
        return new GenerateAndMatch(
                List.of("Question:", "</s>", "<|im_end|>"), mostTokens, List.of(STRICT, FLEXIBLE));
    }

    static GenerateAndMatch.Item item(BenchmarkRow row) {
        return new GenerateAndMatch.Item(
                "Question: " + row.text("question") + "\nAnswer:", row.text("answer"));
    }
}
