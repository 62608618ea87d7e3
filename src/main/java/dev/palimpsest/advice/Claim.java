package dev.palimpsest.advice;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One claim of the paper and what this experiment says to it.
 *
 * @param rule by which number it is judged
 * @param difference that number; null where nothing can be compared
 * @param holdsTogether whether the verdict stays where all claims are to hold at once (Bonferroni);
 *     null where there is no verdict to stay
 * @param parts the same of single ranks
 * @param next what to run for a better answer
 */
public record Claim(
        String id,
        String claim,
        String paper,
        String rule,
        Verdict verdict,
        String unit,
        @Nullable Difference difference,
        @Nullable Boolean holdsTogether,
        String sentence,
        List<Part> parts,
        List<NextRun> next) {
    /** Of one rank. */
    public record Part(String words, Difference difference) {}

    /** By whether a difference is above 0. */
    static Claim ofSign(
            Statement statement,
            Optional<Difference> difference,
            String unit,
            String missing,
            List<Part> parts,
            List<NextRun> next) {
        if (difference.isEmpty()) return notMeasured(statement, unit, missing, next);
        Verdict verdict = Verdict.ofSign(difference.get());
        return of(
                statement,
                verdict,
                unit,
                difference.get(),
                "difference %s %s"
                        .formatted(
                                Numbers.score(
                                        difference.get().value(), difference.get().halfWidth()),
                                basis(unit, difference.get())),
                parts,
                next);
    }

    static Claim of(
            Statement statement,
            Verdict verdict,
            String unit,
            Difference difference,
            String numbers,
            List<Part> parts,
            List<NextRun> next) {
        return new Claim(
                statement.name().toLowerCase(Locale.ROOT),
                statement.words(),
                statement.paper(),
                statement.rule(),
                verdict,
                unit,
                difference,
                null,
                "%s: %s%s, %s"
                        .formatted(
                                statement.words(),
                                verdict.words(),
                                verdict == Verdict.NOT_MEASURED ? "" : " on this data",
                                numbers),
                parts,
                next);
    }

    static Claim notMeasured(Statement statement, String unit, String missing, List<NextRun> next) {
        return new Claim(
                statement.name().toLowerCase(Locale.ROOT),
                statement.words(),
                statement.paper(),
                statement.rule(),
                Verdict.NOT_MEASURED,
                unit,
                null,
                null,
                "%s: not measured, because %s".formatted(statement.words(), missing),
                List.of(),
                next);
    }

    /** The same with another sentence. */
    Claim with(String words) {
        return new Claim(
                id,
                claim,
                paper,
                rule,
                verdict,
                unit,
                difference,
                holdsTogether,
                words,
                parts,
                next);
    }

    boolean hasInterval() {
        return difference != null && difference.stderr() != null;
    }

    static String basis(String unit, Difference difference) {
        String words = difference.basisWords();
        return "(%s%s%s)".formatted(unit, unit.isEmpty() ? "" : ", ", words);
    }

    /** With a word on whether it holds at the level that all claims together leave to each. */
    Claim together(double level) {
        if (difference == null || difference.stderr() == null) return this;
        boolean bySign = Statement.valueOf(id.toUpperCase(Locale.ROOT)).isBySign();
        boolean decided = verdict == Verdict.SUPPORTED || verdict == Verdict.CONTRADICTED;
        if (!decided || !bySign) return this;
        return new Claim(
                id,
                claim,
                paper,
                rule,
                verdict,
                unit,
                difference,
                difference.tells(level),
                sentence,
                parts,
                next);
    }
}
