package dev.palimpsest.report;

import dev.palimpsest.advice.Advice;
import dev.palimpsest.advice.Claim;
import dev.palimpsest.advice.Claims;
import dev.palimpsest.advice.NextRun;
import dev.palimpsest.advice.PaperRule;
import dev.palimpsest.advice.Recommendation;
import dev.palimpsest.advice.Verdict;
import dev.palimpsest.report.Report.Advised;
import dev.palimpsest.report.Report.Judged;
import dev.palimpsest.report.Report.Source;
import dev.palimpsest.report.Report.Table;
import dev.palimpsest.spec.Binder;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Advice and verdicts as they are to be read. */
final class Sentences {
    private Sentences() {}

    static List<Advised> advice(Recommendation recommendation) {
        return recommendation.parts().stream().map(Sentences::advised).toList();
    }

    private static Advised advised(Advice advice) {
        return new Advised(
                advice.part(),
                advice.value() == null ? "" : text(advice.value()),
                advice.sentence(),
                paper(advice.paper()),
                advice.notCovered(),
                support(advice.support()),
                sources(advice.next()));
    }

    private static String text(JsonNode value) {
        if (value.isObject())
            return value.properties().stream()
                    .map(field -> field.getKey() + " " + text(field.getValue()))
                    .collect(Collectors.joining(", "));
        if (value.isNumber()) return value.decimalValue().stripTrailingZeros().toPlainString();
        return value.isString() ? value.stringValue() : value.toString();
    }

    private static String paper(PaperRule.@Nullable Beside paper) {
        if (paper == null) return "";
        String rules =
                paper.rules().stream().map(String::valueOf).collect(Collectors.joining(", "));
        return "The paper (%s %s): %s. %s, since %s."
                .formatted(
                        paper.rules().size() == 1 ? "rule" : "rules",
                        rules,
                        paper.says(),
                        switch (paper.agreement()) {
                            case AGREES -> "This agrees";
                            case DISAGREES -> "This disagrees";
                            case NOT_TOLD -> "Whether that holds here is not told";
                        },
                        paper.words());
    }

    private static Table support(List<Advice.Support> support) {
        return new Table(
                "",
                "",
                List.of("Runs", "Rate", "Learning", "Forgetting", "Jobs"),
                support.stream()
                        .map(
                                one ->
                                        List.of(
                                                one.words(),
                                                Tables.number(one.learningRate()),
                                                Tables.estimate(one.learning()),
                                                Tables.estimate(one.forgetting()),
                                                String.join(" ", one.jobs())))
                        .toList());
    }

    static List<Judged> verdicts(Claims claims) {
        return claims.claims().stream().map(Sentences::judged).toList();
    }

    private static Judged judged(Claim claim) {
        return new Judged(
                claim.claim(),
                claim.verdict().name().toLowerCase(Locale.ROOT),
                claim.sentence(),
                "%s; judged by %s".formatted(claim.paper(), claim.rule()),
                claim.holdsTogether() == null
                        ? null
                        : claim.holdsTogether()
                                ? "The verdict stays where all claims are to hold at once."
                                : "The verdict does not stay where all claims are to hold at once.",
                claim.parts().stream()
                        .map(part -> "%s: %s".formatted(part.words(), part.difference().words()))
                        .toList(),
                claim.difference() == null ? List.of() : claim.difference().jobs(),
                sources(claim.next()));
    }

    private static List<Source> sources(List<NextRun> next) {
        return next.stream()
                .map(
                        run ->
                                new Source(
                                        run.words(),
                                        run.call() == null ? "" : run.call(),
                                        run.body() == null ? "" : pretty(run.body())))
                .toList();
    }

    static String pretty(JsonNode json) {
        return Binder.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json);
    }

    /** What the parts leave open, and the claims that nothing was measured for. */
    static List<String> open(Recommendation recommendation, Claims claims) {
        return Stream.concat(
                        recommendation.parts().stream()
                                .flatMap(
                                        part ->
                                                part.notCovered().stream()
                                                        .map(open -> part.part() + ": " + open)),
                        claims.claims().stream()
                                .filter(claim -> claim.verdict() == Verdict.NOT_MEASURED)
                                .map(Claim::sentence))
                .distinct()
                .toList();
    }
}
