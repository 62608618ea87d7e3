package dev.palimpsest.advice;

import dev.palimpsest.advice.Advice.Support;
import dev.palimpsest.spectra.ChangedRanks.Changed;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All that an experiment's numbers say.
 *
 * @param swept each condition with its rates
 * @param changed by which rank weights were changed, where that is computed
 */
public record Findings(
        Recommendation recommendation, Claims claims, List<Rates> swept, List<Changed> changed) {
    /**
     * A condition at each rate that was tried.
     *
     * @param highestStable the highest rate up to which nothing diverged
     */
    public record Rates(
            String condition,
            boolean lora,
            int rank,
            List<AtRate> rates,
            @Nullable Double highestStable) {}

    /**
     * One rate.
     *
     * @param ends the runs that count; null where all diverged
     * @param best whether it is the rate that was learned most with
     * @param near whether at least 90 % of that is reached
     */
    public record AtRate(
            double rate, @Nullable Support ends, int diverged, boolean best, boolean near) {}

    static List<Rates> rates(Evidence evidence) {
        return evidence.swept().stream()
                .sorted(
                        Comparator.<Swept>comparingInt(swept -> swept.condition().rank())
                                .thenComparing(swept -> swept.condition().recipe())
                                .thenComparingLong(Swept::tokens))
                .map(Findings::rates)
                .toList();
    }

    private static Rates rates(Swept swept) {
        Optional<Tuned> best = swept.best();
        List<Double> near = best.isPresent() ? swept.nearBest() : List.of();
        return new Rates(
                swept.condition().words(),
                swept.condition().lora(),
                swept.condition().rank(),
                swept.runs().entrySet().stream()
                        .map(
                                rate ->
                                        new AtRate(
                                                rate.getKey(),
                                                swept.at(rate.getKey())
                                                        .map(Support::of)
                                                        .orElse(null),
                                                (int)
                                                        rate.getValue().stream()
                                                                .filter(Ended::diverged)
                                                                .count(),
                                                best.isPresent()
                                                        && best.get().rate() == rate.getKey(),
                                                near.contains(rate.getKey())))
                        .toList(),
                swept.highestStable().orElse(null));
    }
}
