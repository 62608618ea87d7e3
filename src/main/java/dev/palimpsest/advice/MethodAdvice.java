package dev.palimpsest.advice;

import dev.palimpsest.advice.PaperRule.Agreement;
import dev.palimpsest.spec.Binder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Which method, and for LoRA which rank. */
record MethodAdvice(Choice choice, NextRuns next) {
    private static final int PAPERS_RANK = 256;
    private static final int ENOUGH_SEEDS = 3;

    Advice method() {
        List<Tuned> both = Stream.concat(choice.full().stream(), choice.lora().stream()).toList();
        boolean lora = choice.isLora();
        List<String> open = new ArrayList<>();
        List<NextRun> runs = new ArrayList<>();
        if (choice.full().isEmpty()) {
            open.add("no full finetuning was run");
            choice.lora().ifPresent(one -> runs.add(claims().fullAlike(one)));
        }
        if (choice.lora().isEmpty()) {
            open.add("no LoRA was run");
            choice.full().ifPresent(one -> runs.add(claims().loraAlike(one)));
        }
        if (both.stream().anyMatch(one -> one.bySeed().size() == 1)) open.add("one seed only");
        else if (both.stream().anyMatch(one -> one.bySeed().size() < ENOUGH_SEEDS))
            open.add("two seeds only, by which intervals are wide");
        runs.addAll(next.seeds(both));
        return new Advice(
                "method",
                Binder.JSON.valueToTree(lora ? "lora" : "full"),
                sentence(),
                Advice.Support.of(both),
                paper(lora, both.size() == 2),
                open,
                runs);
    }

    private MethodClaims claims() {
        return new MethodClaims(choice.evidence(), next);
    }

    private String sentence() {
        if (choice.full().isEmpty() || choice.lora().isEmpty())
            return "The data does not say which method is better: %s is all that was run."
                    .formatted(choice.isLora() ? "LoRA" : "full finetuning");
        if (choice.learning().isEmpty())
            return "%s learned most, but no two runs are alike but for the method, so the data does not say which is better."
                    .formatted(choice.isLora() ? "LoRA" : "Full finetuning");
        Difference learning = choice.learning().get();
        return "%s, at the best rate of each and LoRA's best rank: full finetuning learned %s%s%s."
                .formatted(
                        choice.isLora() ? "LoRA" : "Full finetuning",
                        more(learning),
                        choice.forgetting()
                                .map(lost -> " and forgot " + more(lost))
                                .orElse("; forgetting was not measured"),
                        atEqualLearning());
    }

    private String atEqualLearning() {
        return choice.equal()
                .overall()
                .map(difference -> "; at equal learning it has forgotten " + more(difference))
                .orElse("");
    }

    /** "0.031 ± 0.008 more (paired by seed over 3 seeds)". */
    private static String more(Difference difference) {
        String size =
                Numbers.score(Math.abs(difference.value()), difference.halfWidth())
                        + (difference.value() >= 0 ? " more" : " less");
        String noise =
                difference.stderr() != null && !difference.tells() ? ", which is within noise" : "";
        return "%s (%s%s)".formatted(size, difference.basisWords(), noise);
    }

    private PaperRule.Beside paper(boolean lora, boolean both) {
        String regime = choice.chosen().map(next::regime).orElse("");
        if (!both || regime.isEmpty())
            return PaperRule.METHOD.beside(
                    Agreement.NOT_TOLD, "only one method was run, so nothing tells");
        boolean instruction = regime.equals("instruction");
        return PaperRule.METHOD.agreeing(
                lora == instruction,
                "these runs are of the regime %s, and %s is advised here"
                        .formatted(regime, lora ? "LoRA" : "full finetuning"));
    }

    /** Where only full finetuning was run there is no rank to advise. */
    Optional<Advice> rank() {
        if (choice.lora().isEmpty()) return Optional.empty();
        Tuned best = choice.lora().get();
        Tuned chosen = choice.cheapestRank().orElseThrow();
        List<Tuned> ranks = choice.ranks(best);
        List<String> open = new ArrayList<>();
        List<NextRun> runs = new ArrayList<>();
        int highest = ranks.getLast().condition().rank();
        if (ranks.size() == 1) open.add("only r = %d was run".formatted(highest));
        else if (best.equals(ranks.getLast()))
            open.add(
                    "the rank that learned most, %d, is the highest of the grid"
                            .formatted(highest));
        if (highest < PAPERS_RANK) open.add("r = 256, the paper's advice, was not run");
        if (ranks.size() == 1 || best.equals(ranks.getLast())) runs.add(higher(best, highest));
        return Optional.of(
                new Advice(
                        "rank",
                        Binder.JSON.valueToTree(chosen.condition().rank()),
                        sentence(best, chosen, ranks) + besideFull(best),
                        Advice.Support.of(ranks),
                        paper(chosen, ranks),
                        open,
                        runs));
    }

    private static String sentence(Tuned best, Tuned chosen, List<Tuned> ranks) {
        if (ranks.size() == 1)
            return "The data does not say which rank is best: only r = %d was run."
                    .formatted(best.condition().rank());
        return "r = %d %s. %s."
                .formatted(
                        chosen.condition().rank(),
                        chosen.equals(best)
                                ? "learned most, and lower ones learned less or have nothing known of their error"
                                : "is the lowest rank within noise of the one that learned most, r = "
                                        + best.condition().rank(),
                        "Beside r = %d: %s"
                                .formatted(best.condition().rank(), Choice.beside(best, ranks)));
    }

    private NextRun higher(Tuned best, int highest) {
        return next.sweep(
                "run a higher rank",
                best,
                Map.of(
                        "method",
                        List.of(next.ofRank(best, 4 * highest)),
                        "training.learning_rate",
                        List.of(best.rate() / 2, best.rate()),
                        "training.seed",
                        List.copyOf(best.bySeed().keySet())));
    }

    /** Which rank is the cheapest within noise of full finetuning. */
    private String besideFull(Tuned best) {
        Optional<Tuned> full = fullAlike(best);
        if (full.isEmpty()) return " No full finetuning is alike, to compare ranks with.";
        for (Tuned one : choice.ranks(best)) {
            Optional<Difference> behind = Contrast.of(full.get(), one).in(Measured.LEARNING);
            if (behind.isPresent() && behind.get().stderr() != null && !behind.get().isPositive())
                return " The cheapest rank within noise of full finetuning is %d (%s behind it)."
                        .formatted(
                                one.condition().rank(),
                                Numbers.score(behind.get().value(), behind.get().halfWidth()));
        }
        return " No rank is known to be within noise of full finetuning.";
    }

    private Optional<Tuned> fullAlike(Tuned lora) {
        return Evidence.most(
                choice.evidence().alike(lora, Condition.Field.METHOD).stream()
                        .filter(one -> !one.condition().lora())
                        .toList());
    }

    private static PaperRule.Beside paper(Tuned chosen, List<Tuned> ranks) {
        int highest = ranks.getLast().condition().rank();
        int rank = chosen.condition().rank();
        if (highest < PAPERS_RANK)
            return PaperRule.RANK.beside(
                    Agreement.NOT_TOLD,
                    "r = 256 was not run; %d is advised out of up to %d".formatted(rank, highest));
        return PaperRule.RANK.agreeing(
                rank >= PAPERS_RANK, "r = %d is advised here".formatted(rank));
    }
}
