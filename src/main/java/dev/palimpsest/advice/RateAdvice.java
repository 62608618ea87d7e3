package dev.palimpsest.advice;

import dev.palimpsest.advice.PaperRule.Agreement;
import dev.palimpsest.spec.Binder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Which learning rate and how long, for what is advised otherwise. */
record RateAdvice(Choice choice, Tuned chosen, NextRuns next) {
    Advice rate() {
        Swept swept = choice.evidence().sweptAlike(chosen);
        Tuned best = swept.best().orElseThrow();
        List<Tuned> rates = swept.scored();
        List<String> open = new ArrayList<>();
        boolean lowest = swept.neighbour(best.rate(), false).isEmpty();
        boolean highest = swept.neighbour(best.rate(), true).isEmpty();
        if (swept.runs().size() == 1) open.add("only one rate was run");
        else if (lowest || highest)
            open.add(
                    "the best rate lies at the edge of the grid, so a better one may be %s"
                            .formatted(lowest ? "lower" : "higher"));
        if (best.rate() != chosen.rate())
            open.add(
                    "%s was not run for %s"
                            .formatted(Numbers.plain(best.rate()), chosen.condition().words()));
        return new Advice(
                "rate",
                Binder.JSON.valueToTree(chosen.rate()),
                sentence(best, rates) + (rates.contains(chosen) ? "" : " " + elsewhere()),
                Advice.Support.of(rates),
                paper(best),
                open,
                lowest || highest ? List.of(beyond(best, lowest, highest)) : List.of());
    }

    private String elsewhere() {
        return "Only %s was run for %s, which is advised."
                .formatted(Numbers.plain(chosen.rate()), chosen.condition().words());
    }

    private static String sentence(Tuned best, List<Tuned> rates) {
        String whose = best.condition().words();
        if (best.swept().runs().size() == 1)
            return "The data does not say which rate is best: only %s was run for %s."
                    .formatted(Numbers.plain(best.rate()), whose);
        List<Double> near = best.swept().nearBest();
        return "%s learned most for %s (%s)%s; %s%s."
                .formatted(
                        Numbers.plain(best.rate()),
                        whose,
                        Numbers.score(best.learning()),
                        noise(best, rates),
                        near.isEmpty()
                                ? "no other rate reaches 90 % of it"
                                : "within 90 % of it "
                                        + (near.size() == 1 ? "is " : "are ")
                                        + listed(near),
                        best.swept()
                                .highestStable()
                                .map(
                                        rate ->
                                                "; the highest rate up to which nothing diverged is "
                                                        + Numbers.plain(rate))
                                .orElse("; the lowest rate diverged"));
    }

    private static String noise(Tuned best, List<Tuned> rates) {
        List<Double> alike =
                rates.stream()
                        .filter(one -> one.rate() != best.rate())
                        .filter(
                                one ->
                                        Contrast.of(best, one)
                                                .in(Measured.LEARNING)
                                                .filter(d -> d.stderr() != null && !d.tells())
                                                .isPresent())
                        .map(Tuned::rate)
                        .toList();
        return alike.isEmpty() ? "" : ", within noise of " + listed(alike);
    }

    private static String listed(List<Double> rates) {
        return rates.stream().map(Numbers::plain).collect(Collectors.joining(", "));
    }

    private static PaperRule.Beside paper(Tuned best) {
        Optional<Double> stable = best.swept().highestStable();
        if (best.swept().runs().size() == 1 || stable.isEmpty())
            return PaperRule.RATE.beside(Agreement.NOT_TOLD, "the rate was not swept");
        return PaperRule.RATE.agreeing(
                stable.get() == best.rate(),
                "the highest stable rate is %s, the best one %s"
                        .formatted(Numbers.plain(stable.get()), Numbers.plain(best.rate())));
    }

    private NextRun beyond(Tuned best, boolean lowest, boolean highest) {
        List<Double> rates = new ArrayList<>();
        if (lowest) rates.addAll(List.of(best.rate() / 10, best.rate() / 3));
        if (highest && best.rate() <= 1) rates.addAll(List.of(best.rate() * 3, best.rate() * 10));
        return next.sweep(
                "run rates beyond the edge of the grid",
                best,
                Map.of(
                        "training.learning_rate",
                        rates,
                        "training.seed",
                        List.copyOf(best.bySeed().keySet())));
    }

    Advice length() {
        List<Tuned> lengths = choice.lengths(chosen);
        Tuned best = Evidence.most(lengths).orElseThrow();
        boolean one = lengths.size() == 1;
        boolean longest = best.equals(lengths.getLast());
        List<String> open = new ArrayList<>();
        if (one) open.add("shorter and longer runs");
        else if (longest) open.add("the longest runs learned most, so longer ones may learn more");
        return new Advice(
                "length",
                length(chosen),
                one
                        ? "The data does not say how long to train: only %s was run."
                                .formatted(chosen.condition().length())
                        : "%s %s. Beside it: %s."
                                .formatted(
                                        chosen.condition().length(),
                                        chosen.equals(best)
                                                ? "learned most"
                                                : "is the shortest within noise of %s, which learned most"
                                                        .formatted(best.condition().length()),
                                        Choice.beside(chosen, lengths)),
                Advice.Support.of(lengths),
                paper(),
                open,
                one || longest ? List.of(next.longer(best)) : List.of());
    }

    private JsonNode length(Tuned of) {
        ObjectNode said = Binder.JSON.createObjectNode();
        next.lengths(of).forEach(said::set);
        return said;
    }

    private PaperRule.Beside paper() {
        Optional<Peak> full = choice.full().map(this::peak);
        Optional<Peak> lora = choice.lora().map(this::peak);
        if (full.isEmpty() || lora.isEmpty() || choice.lengths(chosen).size() == 1)
            return PaperRule.LENGTH.beside(
                    Agreement.NOT_TOLD, "the two methods were not both run at several lengths");
        String where =
                "full finetuning learned most at %s tokens, LoRA at %s"
                        .formatted(
                                Numbers.plain(full.get().tokens()),
                                Numbers.plain(lora.get().tokens()));
        return full.get().atEdge() && lora.get().atEdge()
                ? PaperRule.LENGTH.beside(
                        Agreement.NOT_TOLD, where + ", each the longest of its runs")
                : PaperRule.LENGTH.agreeing(lora.get().tokens() > full.get().tokens(), where);
    }

    /** Where a method learned most, and whether that were its longest runs. */
    private record Peak(double tokens, boolean atEdge) {}

    private Peak peak(Tuned one) {
        List<Tuned> lengths = choice.lengths(one);
        Tuned most = Evidence.most(lengths).orElseThrow();
        return new Peak(most.tokens(), most.equals(lengths.getLast()));
    }
}
