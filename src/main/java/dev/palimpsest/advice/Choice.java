package dev.palimpsest.advice;

import dev.palimpsest.advice.Condition.Field;
import dev.palimpsest.advice.Contrast.Block;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What is advised, and against what it was weighed: of the two methods the one that learned more,
 * or where noise hides which, the one that forgot less; of LoRA's ranks and of lengths the smallest
 * that noise does not tell from the best; and of recipes the one with the least weight decay and
 * dropout.
 *
 * @param learning full finetuning's less that of the ranks of LoRA that learned most
 * @param forgetting likewise
 */
record Choice(
        Evidence evidence,
        EqualLearning equal,
        Optional<Tuned> full,
        Optional<Tuned> lora,
        Optional<Difference> learning,
        Optional<Difference> forgetting) {
    static Choice of(Evidence evidence) {
        List<Block> blocks = new ArrayList<>();
        List<Evidence.Match> alike = evidence.matches();
        for (Evidence.Match match : alike.isEmpty() ? evidence.matches(Field.REST) : alike)
            blocks.add(
                    Block.difference(
                            Evidence.most(match.full()).orElseThrow(),
                            Evidence.most(match.lora().values()).orElseThrow()));
        Contrast contrast = new Contrast(blocks);
        return new Choice(
                evidence,
                EqualLearning.of(evidence),
                Evidence.most(evidence.full()).map(best -> plainest(evidence, best)),
                Evidence.most(evidence.lora()).map(best -> plainest(evidence, best)),
                contrast.in(Measured.LEARNING),
                contrast.in(Measured.FORGETTING));
    }

    private static Tuned plainest(Evidence evidence, Tuned best) {
        return smallest(
                best,
                evidence.alike(best, Field.WEIGHT_DECAY, Field.ATTENTION_DROPOUT).stream()
                        .sorted(
                                Comparator.<Tuned>comparingDouble(
                                                one -> one.condition().attentionDropout())
                                        .thenComparingDouble(one -> one.condition().weightDecay()))
                        .toList());
    }

    /** Whether LoRA is advised rather than full finetuning. */
    boolean isLora() {
        if (full.isEmpty() || lora.isEmpty()) return lora.isPresent();
        boolean fullLearnsMore = learning.filter(Difference::isPositive).isPresent();
        boolean fullForgetsMore = forgetting.filter(Difference::isPositive).isPresent();
        boolean fullForgetsLess = forgetting.filter(Difference::isNegative).isPresent();
        boolean loraLearnsMore = learning.filter(Difference::isNegative).isPresent();
        if (fullLearnsMore)
            return fullForgetsMore && equal.overall().filter(Difference::isPositive).isPresent();
        return loraLearnsMore || !fullForgetsLess;
    }

    /** The runs that are advised to be repeated; none before any ended. */
    Optional<Tuned> chosen() {
        return (isLora() ? cheapestRank() : full).map(this::shortest);
    }

    /** Of the ranks of the recipe that learned most, the lowest that is not surely worse. */
    Optional<Tuned> cheapestRank() {
        return lora.map(best -> smallest(best, ranks(best)));
    }

    List<Tuned> ranks(Tuned of) {
        return evidence.alike(of, Field.RANK).stream()
                .sorted(Comparator.comparingInt(one -> one.condition().rank()))
                .toList();
    }

    List<Tuned> lengths(Tuned of) {
        return evidence.alike(of, Field.LENGTH).stream()
                .sorted(Comparator.comparingDouble(Tuned::tokens))
                .toList();
    }

    private Tuned shortest(Tuned of) {
        List<Tuned> lengths = lengths(of);
        return smallest(Evidence.most(lengths).orElseThrow(), lengths);
    }

    private static Tuned smallest(Tuned best, List<Tuned> ascending) {
        return ascending.stream()
                .filter(one -> one.equals(best) || isAsGood(best, one))
                .findFirst()
                .orElse(best);
    }

    /** Whether an interval is known and has no difference in it. */
    private static boolean isAsGood(Tuned best, Tuned other) {
        return Contrast.of(best, other)
                .in(Measured.LEARNING)
                .filter(difference -> difference.stderr() != null && !difference.isPositive())
                .isPresent();
    }

    /** How others learned beside one, in words. */
    static String beside(Tuned one, List<Tuned> others) {
        List<String> words = new ArrayList<>();
        for (Tuned other : others) {
            if (other.equals(one)) continue;
            words.add(
                    Contrast.of(other, one)
                            .in(Measured.LEARNING)
                            .map(difference -> said(other, difference))
                            .orElseThrow());
        }
        return String.join("; ", words);
    }

    private static String said(Tuned other, Difference difference) {
        String size =
                Numbers.score(
                        Math.abs(difference.value()),
                        Objects.requireNonNullElse(difference.halfWidth(), 0.0));
        String name = other.condition().words();
        if (difference.stderr() == null)
            return "%s differed by %s, with nothing known of the error"
                    .formatted(name, Numbers.score(difference.value()));
        if (!difference.tells())
            return "%s is within noise of it (%s)"
                    .formatted(name, Numbers.score(difference.value(), difference.halfWidth()));
        return "%s learned %s %s".formatted(name, size, difference.value() > 0 ? "more" : "less");
    }
}
