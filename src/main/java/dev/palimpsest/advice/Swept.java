package dev.palimpsest.advice;

import dev.palimpsest.analysis.Estimate;
import dev.palimpsest.analysis.Estimate.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/** The runs of one condition by their learning rate, the lowest first. */
record Swept(Condition condition, SortedMap<Double, List<Ended>> runs) {
    private static final double NEAR = 0.9;

    static Swept none(Condition condition) {
        return new Swept(condition, new TreeMap<>());
    }

    void add(Ended run) {
        runs.computeIfAbsent(run.rate(), _ -> new ArrayList<>()).add(run);
    }

    List<Ended> all() {
        return runs.values().stream().flatMap(List::stream).toList();
    }

    /** Of the longest run. */
    long tokens() {
        return all().stream().mapToLong(Ended::tokens).max().orElse(0);
    }

    /** At one rate; none where no run counts there. */
    Optional<Tuned> at(double rate) {
        Map<Long, Ended> bySeed = new TreeMap<>();
        for (Ended run : runs.getOrDefault(rate, List.of()))
            if (run.counts()) bySeed.put(run.seed(), run);
        return bySeed.isEmpty()
                ? Optional.empty()
                : Optional.of(new Tuned(condition, rate, bySeed, this));
    }

    /**
     * At the rate whose mean learning over the seeds is the most; the lower of two equal ones. Only
     * rates with as many seeds as any: one that a single seed tried may owe its score to that seed.
     */
    Optional<Tuned> best() {
        List<Tuned> scored = scored();
        int seeds = scored.stream().mapToInt(one -> one.bySeed().size()).max().orElse(0);
        Optional<Tuned> best = Optional.empty();
        for (Tuned one : scored)
            if (one.bySeed().size() == seeds
                    && (best.isEmpty() || one.learning() > best.get().learning()))
                best = Optional.of(one);
        return best;
    }

    List<Tuned> scored() {
        return runs.keySet().stream().map(this::at).flatMap(Optional::stream).toList();
    }

    /** The rates other than the best at which at least 90 % of its score is reached. */
    List<Double> nearBest() {
        Tuned best = best().orElseThrow();
        return scored().stream()
                .filter(one -> isNear(one.learning(), best.learning()))
                .map(Tuned::rate)
                .filter(rate -> rate != best.rate())
                .toList();
    }

    /** Where scores are minus bits per byte, a tenth less means bits by a ninth more. */
    private static boolean isNear(double score, double best) {
        return score >= (best >= 0 ? best * NEAR : best / NEAR);
    }

    /**
     * How many powers of ten lie between the lowest and the highest rate within 90 % of the best,
     * by seed.
     */
    Map<Long, Value> tolerance() {
        Map<Long, SortedMap<Double, Double>> bySeed = new TreeMap<>();
        for (Ended run : all())
            if (run.counts())
                bySeed.computeIfAbsent(run.seed(), _ -> new TreeMap<>())
                        .put(run.rate(), Tuned.value(run, Measured.LEARNING).value());
        Map<Long, Value> widths = new TreeMap<>();
        bySeed.forEach(
                (seed, scores) -> {
                    if (scores.size() < 2) return;
                    double best = scores.values().stream().mapToDouble(x -> x).max().orElseThrow();
                    List<Double> near =
                            scores.entrySet().stream()
                                    .filter(rate -> isNear(rate.getValue(), best))
                                    .map(Map.Entry::getKey)
                                    .toList();
                    widths.put(
                            seed,
                            new Value(
                                    Math.log10(near.getLast() / near.getFirst()),
                                    OptionalDouble.empty()));
                });
        return widths;
    }

    /** The highest rate such that no run diverged at it or below. */
    Optional<Double> highestStable() {
        Optional<Double> highest = Optional.empty();
        for (Map.Entry<Double, List<Ended>> rate : runs.entrySet()) {
            if (rate.getValue().stream().anyMatch(Ended::diverged)) return highest;
            if (at(rate.getKey()).isPresent()) highest = Optional.of(rate.getKey());
        }
        return highest;
    }

    /** The next rate that was tried, below or above, whether it went well or not. */
    Optional<Double> neighbour(double rate, boolean above) {
        SortedMap<Double, List<Ended>> side =
                above ? runs.tailMap(Math.nextUp(rate)) : runs.headMap(rate);
        if (side.isEmpty()) return Optional.empty();
        return Optional.of(above ? side.firstKey() : side.lastKey());
    }

    Estimate learning(double rate) {
        return at(rate).orElseThrow().estimate(Measured.LEARNING).orElseThrow();
    }
}
