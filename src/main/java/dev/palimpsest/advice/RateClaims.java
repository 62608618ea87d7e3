package dev.palimpsest.advice;

import dev.palimpsest.advice.Contrast.Block;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is said of learning rates (paper, section 4.7 and appendix B). */
record RateClaims(Evidence evidence, NextRuns next) {
    private static final double LEAST = Math.log10(5);
    private static final double MOST = Math.log10(20);
    private static final String NO_SWEEP =
            "there is no full finetuning and LoRA, alike but for the method, with %d rates each";

    /** Where the decimal logarithm of the best rate lies; null where nothing bounds it. */
    private record Bounds(@Nullable Double low, double value, @Nullable Double high) {
        /**
         * From those that noise allows to be the best half the way to the rates next to them; one
         * that diverged bounds too.
         */
        static Bounds of(Tuned best) {
            List<Tuned> scored = best.swept().scored();
            int place = scored.indexOf(best);
            int first = place;
            while (first > 0 && allowed(best, scored.get(first - 1))) first--;
            int last = place;
            while (last + 1 < scored.size() && allowed(best, scored.get(last + 1))) last++;
            return new Bounds(
                    halfWay(best.swept(), scored.get(first).rate(), false),
                    Math.log10(best.rate()),
                    halfWay(best.swept(), scored.get(last).rate(), true));
        }

        private static boolean allowed(Tuned best, Tuned other) {
            return Contrast.of(best, other)
                    .in(Measured.LEARNING)
                    .filter(difference -> !difference.isPositive())
                    .isPresent();
        }

        private static @Nullable Double halfWay(Swept swept, double rate, boolean above) {
            return swept.neighbour(rate, above)
                    .map(next -> (Math.log10(next) + Math.log10(rate)) / 2)
                    .orElse(null);
        }
    }

    List<Claim> all() {
        return List.of(ratio(), tolerance());
    }

    private Claim ratio() {
        List<Tuned[]> pairs = pairs(2);
        if (pairs.isEmpty())
            return Claim.notMeasured(
                    Statement.RATE_RATIO, "powers of ten", NO_SWEEP.formatted(2), otherRates());
        double value = 0;
        Double low = 0.0;
        Double high = 0.0;
        TreeSet<String> jobs = new TreeSet<>();
        for (Tuned[] pair : pairs) {
            Bounds full = Bounds.of(pair[0]);
            Bounds lora = Bounds.of(pair[1]);
            value += (lora.value() - full.value()) / pairs.size();
            low = sum(low, lora.low(), full.high(), pairs.size());
            high = sum(high, lora.high(), full.low(), pairs.size());
            for (Tuned one : pair) one.swept().all().forEach(run -> jobs.add(run.job()));
        }
        Difference difference =
                Difference.between(low, value, high, pairs.size(), List.copyOf(jobs));
        return Claim.of(
                Statement.RATE_RATIO,
                verdict(difference),
                "powers of ten",
                difference,
                "the best rate of LoRA is %s times that of full finetuning (%s)"
                        .formatted(times(value), bounds(low, high)),
                List.of(),
                low == null || high == null ? otherRates() : List.of());
    }

    /** The mean of differences, one more added; unbounded as soon as one is. */
    private static @Nullable Double sum(
            @Nullable Double sum, @Nullable Double more, @Nullable Double less, int count) {
        return sum == null || more == null || less == null ? null : sum + (more - less) / count;
    }

    private static String times(double log) {
        return Numbers.plain(
                Double.parseDouble(String.format(Locale.ROOT, "%.3g", Math.pow(10, log))));
    }

    private static String bounds(@Nullable Double low, @Nullable Double high) {
        if (low == null && high == null)
            return "unbounded, because the best rates lie at the edges of the grid";
        if (low == null)
            return "at most %s by the rates tried; a best rate lies at the edge of the grid"
                    .formatted(times(Objects.requireNonNull(high)));
        if (high == null)
            return "at least %s by the rates tried; a best rate lies at the edge of the grid"
                    .formatted(times(low));
        return "between %s and %s by the rates tried".formatted(times(low), times(high));
    }

    private static Verdict verdict(Difference ratio) {
        if (ratio.high() != null && ratio.high() < LEAST) return Verdict.CONTRADICTED;
        if (ratio.low() != null && ratio.low() > MOST) return Verdict.CONTRADICTED;
        boolean about = ratio.value() >= LEAST && ratio.value() <= MOST;
        return about && ratio.low() != null && ratio.low() > 0
                ? Verdict.SUPPORTED
                : Verdict.WITHIN_NOISE;
    }

    private Claim tolerance() {
        List<Tuned[]> pairs = pairs(3);
        List<Block> blocks =
                pairs.stream().map(pair -> Block.difference(pair[0], pair[1])).toList();
        Optional<Difference> difference = new Contrast(blocks).in(runs -> runs.swept().tolerance());
        Claim claim =
                Claim.ofSign(
                        Statement.RATE_TOLERANCE,
                        difference,
                        "powers of ten",
                        NO_SWEEP.formatted(3),
                        List.of(),
                        difference.isEmpty() ? otherRates() : List.of());
        if (difference.isEmpty()) return claim;
        return claim.with(
                "%s; other rates within 90 %% of the best: full finetuning %s, LoRA %s (in the paper 2 to 3, and none)"
                        .formatted(claim.sentence(), near(pairs, 0), near(pairs, 1)));
    }

    private static String near(List<Tuned[]> pairs, int side) {
        return Numbers.plain(
                pairs.stream()
                        .mapToInt(pair -> pair[side].swept().nearBest().size())
                        .average()
                        .orElseThrow());
    }

    /** Full finetuning and LoRA, alike but for the method, with enough rates on both sides. */
    private List<Tuned[]> pairs(int rates) {
        List<Tuned[]> pairs = new ArrayList<>();
        for (Evidence.Match match : evidence.matches())
            for (Tuned full : match.full())
                for (Tuned lora : match.lora().values())
                    if (full.swept().scored().size() >= rates
                            && lora.swept().scored().size() >= rates)
                        pairs.add(new Tuned[] {full, lora});
        return pairs;
    }

    private List<NextRun> otherRates() {
        List<Tuned> sides = new ArrayList<>();
        Evidence.most(evidence.full()).ifPresent(sides::add);
        Evidence.most(evidence.lora()).ifPresent(sides::add);
        return sides.stream()
                .map(
                        one ->
                                next.sweep(
                                        "run more rates of " + one.condition().words(),
                                        one,
                                        Map.of(
                                                "training.learning_rate",
                                                newRates(one),
                                                "training.seed",
                                                List.copyOf(one.bySeed().keySet()))))
                .toList();
    }

    /** A third, thrice and so on, but for those that were tried. */
    static List<Double> newRates(Tuned one) {
        return Stream.of(0.1, 0.3, 3.0, 10.0)
                .map(
                        times ->
                                Double.parseDouble(
                                        String.format(Locale.ROOT, "%.2g", one.rate() * times)))
                .filter(
                        rate ->
                                one.swept().runs().keySet().stream()
                                        .noneMatch(tried -> alike(tried, rate)))
                .filter(rate -> rate <= 10)
                .toList();
    }

    private static boolean alike(double one, double other) {
        return Math.abs(Math.log(one / other)) < 0.2;
    }
}
