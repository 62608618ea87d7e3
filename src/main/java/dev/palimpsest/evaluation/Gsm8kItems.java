package dev.palimpsest.evaluation;

import dev.palimpsest.data.Gsm8k;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The items of the target domain's tasks, made of GSM8K's test problems in their order. */
final class Gsm8kItems {
    private static final int ITEMS = 500;

    /** A calculator annotation whose result is a plain number: {@code <<48/2=24>>}. */
    private static final Pattern ANNOTATION =
            Pattern.compile("<<[^<>=]+=(?<result>\\d+(\\.\\d+)?)>>");

    private Gsm8kItems() {}

    /** The answer given the question. */
    static List<Perplexity.Item> perplexity() {
        return Gsm8k.test().stream()
                .limit(ITEMS)
                .map(problem -> new Perplexity.Item(problem.prompt(), problem.completion()))
                .toList();
    }

    /** The first annotation of an answer, after everything that comes before its result. */
    static List<GenerateAndMatch.Item> arithmetic() {
        return Gsm8k.test().stream()
                .map(Gsm8kItems::firstAnnotation)
                .flatMap(Optional::stream)
                .limit(ITEMS)
                .toList();
    }

    private static Optional<GenerateAndMatch.Item> firstAnnotation(Gsm8k.Problem problem) {
        Matcher annotation = ANNOTATION.matcher(problem.completion());
        if (!annotation.find()) return Optional.empty();
        String before = problem.completion().substring(0, annotation.start("result"));
        return Optional.of(
                new GenerateAndMatch.Item(problem.prompt() + before, annotation.group("result")));
    }
}
