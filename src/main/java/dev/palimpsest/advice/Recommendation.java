package dev.palimpsest.advice;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an experiment advises: plain sentences made from its numbers.
 *
 * @param words what was compared, and by which rule
 * @param chosen the runs that are advised to be repeated; null before any ended
 * @param equalLearning what full finetuning and LoRA have forgotten where they learned the same
 * @param peaks at which length each method learned most
 */
public record Recommendation(
        String experiment,
        String words,
        String unit,
        Advice.@Nullable Support chosen,
        List<Advice> parts,
        List<EqualLearning.OfRank> equalLearning,
        List<Peak> peaks) {
    private static final String RULE =
            "Ends of runs are compared, each method at the learning rate that it learned most with, of those that as many"
                    + " seeds tried as any; runs that diverged count for none. Of the two methods the one is advised that learned more, or"
                    + " where noise hides which, the one that forgot less; where one learned and forgot more, the one that has forgotten less at equal learning."
                    + " Of ranks and lengths the smallest, and of weight decay and dropout the least, is advised that noise does not tell from the best. Intervals are of"
                    + " 95 %, over seeds where there are several; the best of many is by chance a little too good.";

    /**
     * Where a recipe learned most.
     *
     * @param atEdge whether that is the longest that was run
     */
    public record Peak(
            String method,
            @Nullable Integer rank,
            String length,
            double tokens,
            double epoch,
            Advice.Support at,
            boolean atEdge,
            String words) {
        static Optional<Peak> of(Choice choice, Tuned one) {
            List<Tuned> lengths = choice.lengths(one);
            if (lengths.size() < 2) return Optional.empty();
            Tuned best = Evidence.most(lengths).orElseThrow();
            boolean atEdge = best.equals(lengths.getLast());
            return Optional.of(
                    new Peak(
                            best.condition().lora() ? "lora" : "full",
                            best.condition().lora() ? best.condition().rank() : null,
                            best.condition().length(),
                            best.tokens(),
                            best.bySeed().values().iterator().next().epoch(),
                            Advice.Support.of(best),
                            atEdge,
                            "%s learned most at %s%s. Beside it: %s."
                                    .formatted(
                                            best.condition().method(),
                                            best.condition().length(),
                                            atEdge ? ", the longest that was run" : "",
                                            Choice.beside(best, lengths))));
        }
    }

    static Recommendation of(String experiment, Evidence evidence, NextRuns next) {
        Choice choice = Choice.of(evidence);
        Optional<Tuned> chosen = choice.chosen();
        List<Advice> parts = new ArrayList<>();
        chosen.ifPresent(
                one -> {
                    MethodAdvice method = new MethodAdvice(choice, next);
                    parts.add(method.method());
                    method.rank().ifPresent(parts::add);
                    choice.cheapestRank()
                            .ifPresent(
                                    lora -> {
                                        var recipe = new RecipeAdvice(evidence, lora, next);
                                        parts.add(recipe.alpha());
                                        parts.add(recipe.targets());
                                    });
                    RateAdvice rate = new RateAdvice(choice, one, next);
                    parts.add(rate.rate());
                    parts.add(rate.length());
                });
        return new Recommendation(
                experiment,
                chosen.isPresent()
                        ? RULE
                        : "No run of this experiment has ended and been scored on its learning tasks, so there is nothing to advise.",
                evidence.unit(),
                chosen.map(Advice.Support::of).orElse(null),
                parts,
                choice.equal().ranks(),
                peaks(choice));
    }

    private static List<Peak> peaks(Choice choice) {
        return Stream.concat(
                        choice.full().stream(),
                        choice.lora().stream().flatMap(best -> choice.ranks(best).stream()))
                .map(one -> Peak.of(choice, one))
                .flatMap(Optional::stream)
                .sorted(Comparator.comparing(peak -> Objects.requireNonNullElse(peak.rank(), 0)))
                .toList();
    }
}
