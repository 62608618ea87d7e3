package dev.palimpsest.advice;

import dev.palimpsest.advice.Condition.Field;
import dev.palimpsest.advice.PaperRule.Agreement;
import dev.palimpsest.spec.Binder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Which alpha and which targets, for LoRA of some rank and length. */
record RecipeAdvice(Evidence evidence, Tuned chosen, NextRuns next) {
    private static final double AS_PAPER = 2;
    private static final double SAME = 1e-9;

    Advice alpha() {
        List<Tuned> there = evidence.varied(chosen, Field.ALPHA);
        Tuned best = Evidence.most(there).orElseThrow();
        double ratio = best.condition().alphaByRank();
        String words =
                "alpha = %s, %s times the rank"
                        .formatted(Numbers.plain(best.condition().alpha()), Numbers.plain(ratio));
        boolean one = there.size() == 1;
        return new Advice(
                "alpha",
                Binder.JSON.valueToTree(ratio * chosen.condition().rank()),
                one
                        ? "The data does not say which alpha is best: only %s was run at r = %d."
                                .formatted(words, chosen.condition().rank())
                        : "%s learned most%s. Beside it: %s."
                                .formatted(words, where(there), Choice.beside(best, there)),
                Advice.Support.of(there),
                one
                        ? PaperRule.ALPHA.beside(
                                Agreement.NOT_TOLD, "the grid holds no other alpha at this rank")
                        : PaperRule.ALPHA.agreeing(
                                Math.abs(ratio - AS_PAPER) < SAME,
                                "%s is advised here".formatted(words)),
                one ? List.of("other values of alpha") : List.of(),
                one ? List.of(otherAlphas()) : List.of());
    }

    private NextRun otherAlphas() {
        int rank = chosen.condition().rank();
        List<Double> wanted = new ArrayList<>(List.of(rank / 2.0, (double) rank, 2.0 * rank));
        wanted.removeIf(alpha -> Math.abs(alpha - chosen.condition().alpha()) < SAME);
        return next.sweep(
                "run other values of alpha",
                chosen,
                Map.of("method.alpha", wanted, "training.seed", seeds()));
    }

    private List<Long> seeds() {
        return List.copyOf(chosen.bySeed().keySet());
    }

    Advice targets() {
        List<Tuned> there = evidence.varied(chosen, Field.TARGETS);
        Tuned best = Evidence.most(there).orElseThrow();
        String where = where(there);
        List<String> missing = new ArrayList<>(List.of("all", "mlp", "attention"));
        evidence.alike(chosen, Field.TARGETS)
                .forEach(one -> missing.remove(one.condition().targets()));
        boolean one = there.size() == 1;
        return new Advice(
                "targets",
                Binder.JSON.valueToTree(best.condition().targets()),
                one
                        ? "The data does not say which targets are best: only %s was run at r = %d."
                                .formatted(chosen.condition().targets(), chosen.condition().rank())
                        : "Targets %s learned most%s. Beside it: %s."
                                .formatted(
                                        best.condition().targets(),
                                        where,
                                        Choice.beside(best, there)),
                Advice.Support.of(there),
                one
                        ? PaperRule.TARGETS.beside(
                                Agreement.NOT_TOLD, "the grid holds no other targets at this rank")
                        : PaperRule.TARGETS.agreeing(
                                !best.condition().targets().equals("attention"),
                                "%s is advised here".formatted(best.condition().targets())),
                missing.stream()
                        .map(
                                targets ->
                                        "targets "
                                                + targets
                                                + (where.isEmpty() ? "" : place(chosen)))
                        .toList(),
                missing.isEmpty()
                        ? List.of()
                        : List.of(
                                next.sweep(
                                        "run other targets",
                                        chosen,
                                        Map.of(
                                                "method.target_modules",
                                                missing,
                                                "training.seed",
                                                seeds()))));
    }

    /** Where others were looked at; nothing where the chosen one is among them. */
    private String where(List<Tuned> there) {
        return there.contains(chosen) ? "" : place(there.getFirst());
    }

    private static String place(Tuned one) {
        return " at r = %d, %s".formatted(one.condition().rank(), one.condition().length());
    }
}
