package dev.palimpsest.report;

import dev.palimpsest.advice.Findings;
import dev.palimpsest.advice.Findings.AtRate;
import dev.palimpsest.advice.Findings.Rates;
import dev.palimpsest.advice.Recommendation;
import dev.palimpsest.analysis.Estimate;
import dev.palimpsest.report.Report.Table;
import dev.palimpsest.spectra.ChangedRanks.Changed;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The numbers behind a report's sentences. */
final class Tables {
    private static final String NONE = "–";

    private Tables() {}

    /** Those that have a row. */
    static List<Table> of(Findings findings) {
        return Stream.of(
                        ends(findings.swept()),
                        equalLearning(findings.recommendation()),
                        peaks(findings.recommendation()),
                        rates(findings.swept()),
                        spectra(findings))
                .filter(table -> !table.rows().isEmpty())
                .toList();
    }

    private static Table ends(List<Rates> swept) {
        List<List<String>> rows = new ArrayList<>();
        for (Rates condition : swept)
            for (AtRate rate : condition.rates())
                if (rate.best() && rate.ends() != null)
                    rows.add(
                            List.of(
                                    condition.condition(),
                                    number(rate.rate()),
                                    String.valueOf(rate.ends().jobs().size()),
                                    estimate(rate.ends().learning()),
                                    estimate(rate.ends().forgetting())));
        return new Table(
                "Learning and forgetting at the ends of runs",
                "Each condition at its best rate; mean and 95 % interval over seeds, or over items where there is one run.",
                List.of("Condition", "Rate", "Runs", "Learning", "Forgetting"),
                rows);
    }

    private static Table equalLearning(Recommendation recommendation) {
        return new Table(
                "Forgetting at equal learning",
                "Where full finetuning and LoRA first reach the most that both learn; a positive difference means that LoRA has"
                        + " forgotten less.",
                List.of("Rank", "At learning", "Full", "LoRA", "Difference"),
                recommendation.equalLearning().stream()
                        .map(
                                rank ->
                                        List.of(
                                                "r = " + rank.rank(),
                                                score(rank.learning()),
                                                score(rank.full()),
                                                score(rank.lora()),
                                                rank.difference().words()))
                        .toList());
    }

    private static Table peaks(Recommendation recommendation) {
        return new Table(
                "The length at which each method learned most",
                "Of runs with a schedule of their own.",
                List.of("Method", "Length", "Learning", "Forgetting", "Edge of the grid"),
                recommendation.peaks().stream()
                        .map(
                                peak ->
                                        List.of(
                                                peak.rank() == null
                                                        ? "full finetuning"
                                                        : "LoRA r=" + peak.rank(),
                                                peak.length(),
                                                estimate(peak.at().learning()),
                                                estimate(peak.at().forgetting()),
                                                peak.atEdge() ? "yes" : "no"))
                        .toList());
    }

    private static Table rates(List<Rates> swept) {
        List<List<String>> rows = new ArrayList<>();
        for (Rates condition : swept)
            if (condition.rates().size() > 1)
                for (AtRate rate : condition.rates())
                    rows.add(
                            List.of(
                                    condition.condition(),
                                    number(rate.rate()),
                                    rate.ends() == null ? NONE : estimate(rate.ends().learning()),
                                    rate.ends() == null
                                            ? "0"
                                            : String.valueOf(rate.ends().jobs().size()),
                                    String.valueOf(rate.diverged()),
                                    rate.best() ? "best" : rate.near() ? "within 90 %" : ""));
        return new Table(
                "Learning by learning rate",
                "The best is the one of those that most seeds ran. Runs that diverged are counted and in no mean.",
                List.of("Condition", "Rate", "Learning", "Runs", "Diverged", ""),
                rows);
    }

    private static Table spectra(Findings findings) {
        List<Changed> changed = findings.changed();
        Map<String, String> runs = runs(findings.swept());
        Set<String> modules =
                changed.stream()
                        .map(Changed::rankAt90)
                        .map(Map::keySet)
                        .flatMap(Collection::stream)
                        .collect(Collectors.toCollection(LinkedHashSet::new));
        List<String> head = new ArrayList<>(List.of("Run", "Step", "Suggested rank"));
        head.addAll(modules);
        return new Table(
                "The rank by which weights changed",
                "The rank at 90 % of the change's squared norm, the median over layers, by module.",
                head,
                changed.stream()
                        .map(
                                one -> {
                                    List<String> row =
                                            new ArrayList<>(
                                                    List.of(
                                                            runs.getOrDefault(one.job(), one.job()),
                                                            String.valueOf(one.step()),
                                                            String.valueOf(one.suggestedRank())));
                                    for (String module : modules)
                                        row.add(
                                                one.rankAt90().containsKey(module)
                                                        ? String.valueOf(one.rankAt90().get(module))
                                                        : NONE);
                                    return List.copyOf(row);
                                })
                        .toList());
    }

    /** What each job that counts is called. */
    private static Map<String, String> runs(List<Rates> swept) {
        Map<String, String> runs = new HashMap<>();
        for (Rates condition : swept)
            for (AtRate rate : condition.rates())
                if (rate.ends() != null)
                    for (String job : rate.ends().jobs())
                        runs.put(
                                job,
                                "%s, rate %s"
                                        .formatted(condition.condition(), number(rate.rate())));
        return runs;
    }

    static String estimate(@Nullable Estimate estimate) {
        if (estimate == null) return NONE;
        return estimate.low() == null || estimate.high() == null
                ? score(estimate.mean())
                : "%s (%s to %s)"
                        .formatted(
                                score(estimate.mean()),
                                score(estimate.low()),
                                score(estimate.high()));
    }

    static String score(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }

    static String number(double value) {
        return String.format(Locale.ROOT, "%.3g", value);
    }
}
