package dev.palimpsest.advice;

import dev.palimpsest.advice.Condition.Field;
import dev.palimpsest.advice.Contrast.Block;
import dev.palimpsest.analysis.Estimate.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What is said of LoRA's rank, targets and alpha (paper, sections 4.3 and 4.7). */
record RecipeClaims(Evidence evidence, NextRuns next) {
    private static final double AS_PAPER = 2;
    private static final double SAME = 1e-9;
    private static final double TENTH = 0.1;

    List<Claim> all() {
        List<Block> slopes = slopes();
        return List.of(
                rank(Statement.RANK_LEARNS, slopes, Measured.LEARNING),
                rank(Statement.RANK_FORGETS, slopes, Measured.FORGETTING),
                targets(Statement.MLP_OVER_ATTENTION, "mlp"),
                targets(Statement.ALL_OVER_ATTENTION, "all"),
                allLikeMlp(),
                alpha());
    }

    private List<Block> slopes() {
        List<Block> slopes = new ArrayList<>();
        for (List<Tuned> group : evidence.alikeBut(evidence.lora(), Field.RANK)) {
            Map<Double, Tuned> byDoublings = new TreeMap<>();
            for (Tuned one : group)
                byDoublings.put(Math.log(one.condition().rank()) / Math.log(2), one);
            if (byDoublings.size() > 1) slopes.add(Block.slope(byDoublings));
        }
        return slopes;
    }

    private Claim rank(Statement statement, List<Block> slopes, Measured measured) {
        return Claim.ofSign(
                statement,
                new Contrast(slopes).in(measured),
                evidence.unit() + " a doubling of the rank",
                slopes.isEmpty()
                        ? "there are no two ranks alike in all else"
                        : "no run has its forgetting measured",
                List.of(),
                slopes.isEmpty() ? otherRanks() : List.of());
    }

    private List<NextRun> otherRanks() {
        return Evidence.most(evidence.lora()).stream()
                .map(
                        lora -> {
                            int rank = lora.condition().rank();
                            return next.sweep(
                                    "run other ranks",
                                    lora,
                                    Map.of(
                                            "method",
                                            List.of(
                                                    next.ofRank(lora, Math.max(1, rank / 4)),
                                                    next.ofRank(lora, rank * 4)),
                                            "training.seed",
                                            List.copyOf(lora.bySeed().keySet())));
                        })
                .toList();
    }

    private Claim targets(Statement statement, String more) {
        List<Block> blocks = pairs(more, "attention");
        return Claim.ofSign(
                statement,
                new Contrast(blocks).in(Measured.LEARNING),
                evidence.unit(),
                noTargets(more, "attention"),
                List.of(),
                blocks.isEmpty() ? otherTargets(more, "attention") : List.of());
    }

    private List<Block> pairs(String more, String less) {
        List<Block> blocks = new ArrayList<>();
        for (List<Tuned> group : evidence.alikeBut(evidence.lora(), Field.TARGETS)) {
            Optional<Tuned> one = with(group, more);
            Optional<Tuned> other = with(group, less);
            if (one.isPresent() && other.isPresent())
                blocks.add(Block.difference(one.get(), other.get()));
        }
        return blocks;
    }

    private static Optional<Tuned> with(Collection<Tuned> group, String targets) {
        return group.stream().filter(one -> one.condition().targets().equals(targets)).findAny();
    }

    private static String noTargets(String one, String other) {
        return "there is no LoRA with targets %s and with %s alike in all else"
                .formatted(one, other);
    }

    private List<NextRun> otherTargets(String... wanted) {
        return Evidence.most(evidence.lora()).stream()
                .map(
                        lora ->
                                next.sweep(
                                        "run other targets",
                                        lora,
                                        Map.of(
                                                "method.target_modules",
                                                missingTargets(lora, wanted),
                                                "training.seed",
                                                List.copyOf(lora.bySeed().keySet()))))
                .toList();
    }

    private List<String> missingTargets(Tuned lora, String... wanted) {
        List<Tuned> there = evidence.alike(lora, Field.TARGETS);
        return Arrays.stream(wanted).filter(targets -> with(there, targets).isEmpty()).toList();
    }

    private Claim allLikeMlp() {
        List<Block> blocks = pairs("all", "mlp");
        Optional<Difference> difference = new Contrast(blocks).in(Measured.LEARNING);
        Optional<Difference> gain =
                new Contrast(
                                blocks.stream()
                                        .map(block -> block.terms().getFirst().runs())
                                        .map(all -> new Block(List.of(new Contrast.Term(all, 1))))
                                        .toList())
                        .in(RecipeClaims::gains);
        if (difference.isEmpty() || gain.isEmpty())
            return Claim.notMeasured(
                    Statement.ALL_LIKE_MLP,
                    evidence.unit(),
                    noTargets("all", "mlp"),
                    blocks.isEmpty() ? otherTargets("all", "mlp") : List.of());
        double margin = TENTH * Math.abs(gain.get().value());
        return Claim.of(
                Statement.ALL_LIKE_MLP,
                within(difference.get(), margin),
                evidence.unit(),
                difference.get(),
                "difference %s where a tenth of the gain is %s %s"
                        .formatted(
                                Numbers.score(
                                        difference.get().value(), difference.get().halfWidth()),
                                Numbers.score(margin),
                                Claim.basis(evidence.unit(), difference.get())),
                List.of(),
                List.of());
    }

    private static Map<Long, Value> gains(Tuned runs) {
        Map<Long, Value> gains = new TreeMap<>();
        var before = runs.values(Measured.BASE_LEARNING);
        runs.values(Measured.LEARNING)
                .forEach(
                        (seed, after) -> {
                            if (before.containsKey(seed))
                                gains.put(
                                        seed,
                                        new Value(
                                                after.value()
                                                        - Objects.requireNonNull(before.get(seed))
                                                                .value(),
                                                after.stderr()));
                        });
        return gains;
    }

    private static Verdict within(Difference difference, double margin) {
        if (difference.low() == null || difference.high() == null) return Verdict.NOT_MEASURED;
        if (difference.low() > -margin && difference.high() < margin) return Verdict.SUPPORTED;
        if (difference.low() > margin || difference.high() < -margin) return Verdict.CONTRADICTED;
        return Verdict.WITHIN_NOISE;
    }

    private Claim alpha() {
        List<Block> blocks = new ArrayList<>();
        for (List<Tuned> group : evidence.alikeBut(evidence.lora(), Field.ALPHA)) {
            SortedMap<Double, Tuned> byRatio = new TreeMap<>();
            for (Tuned one : group) byRatio.put(one.condition().alphaByRank(), one);
            List<Tuned> smaller = List.copyOf(byRatio.headMap(AS_PAPER - SAME).values());
            SortedMap<Double, Tuned> same = byRatio.subMap(AS_PAPER - SAME, AS_PAPER + SAME);
            if (!smaller.isEmpty() && !same.isEmpty())
                blocks.add(
                        Block.difference(
                                List.of(Objects.requireNonNull(same.get(same.firstKey()))),
                                smaller));
        }
        return Claim.ofSign(
                Statement.ALPHA,
                new Contrast(blocks).in(Measured.LEARNING),
                evidence.unit(),
                "there is no LoRA with alpha = 2r and with a smaller alpha alike in all else",
                List.of(),
                blocks.isEmpty() ? otherAlphas() : List.of());
    }

    private List<NextRun> otherAlphas() {
        return Evidence.most(evidence.lora()).stream()
                .map(
                        lora ->
                                next.sweep(
                                        "run alpha = r/2, r and 2r, each at a few rates",
                                        lora,
                                        Map.of(
                                                "method.alpha",
                                                List.of(
                                                        lora.condition().rank() / 2.0,
                                                        (double) lora.condition().rank(),
                                                        2.0 * lora.condition().rank()),
                                                "training.learning_rate",
                                                List.of(lora.rate(), lora.rate() * 3),
                                                "training.seed",
                                                List.copyOf(lora.bySeed().keySet()))))
                .toList();
    }
}
