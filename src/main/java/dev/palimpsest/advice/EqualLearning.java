package dev.palimpsest.advice;

import dev.palimpsest.advice.Condition.Field;
import dev.palimpsest.analysis.Estimate.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What full finetuning and each rank of LoRA have forgotten where they have learned the same.
 *
 * @param overall full finetuning's forgetting less LoRA's, over all ranks; none where no two reach
 *     one learning
 */
public record EqualLearning(Optional<Difference> overall, List<OfRank> ranks) {
    /**
     * One rank.
     *
     * @param learning where the two are compared, the mean over seeds
     * @param difference full finetuning's forgetting less LoRA's
     */
    public record OfRank(
            int rank, double learning, double full, double lora, Difference difference) {}

    /** Where a curve stands; its first point is the base model, which has forgotten nothing. */
    private record Point(double learning, double forgetting, double stderr) {}

    private record Compared(long seed, double learning, Point full, Point lora) {
        double difference() {
            return full.forgetting() - lora.forgetting();
        }

        double stderr() {
            return Math.hypot(full.stderr(), lora.stderr());
        }
    }

    private static final EqualLearning NONE = new EqualLearning(Optional.empty(), List.of());

    static EqualLearning of(Evidence evidence) {
        Map<Integer, List<Compared>> byRank = new TreeMap<>();
        Set<String> jobs = new TreeSet<>();
        for (Evidence.Match match : evidence.matches(Field.LENGTH)) {
            Set<Integer> ranks = new HashSet<>(match.lora().keySet());
            for (int rank : ranks) {
                List<Tuned> lora = alike(evidence, match.lora(), rank);
                byRank.computeIfAbsent(rank, _ -> new ArrayList<>())
                        .addAll(compared(match.full(), lora));
                match.full().forEach(one -> jobs.addAll(one.jobs()));
                lora.forEach(one -> jobs.addAll(one.jobs()));
            }
        }
        byRank.values().removeIf(List::isEmpty);
        if (byRank.isEmpty()) return NONE;
        List<String> all = List.copyOf(jobs);
        List<Compared> every = byRank.values().stream().flatMap(List::stream).toList();
        return new EqualLearning(
                Optional.of(difference(every, all)),
                byRank.entrySet().stream()
                        .map(rank -> ofRank(rank.getKey(), rank.getValue(), all))
                        .toList());
    }

    /** The lengths of the recipe of a rank that learned most. */
    private static List<Tuned> alike(Evidence evidence, Map<Integer, Tuned> best, int rank) {
        return evidence.alike(Objects.requireNonNull(best.get(rank)), Field.LENGTH);
    }

    private static OfRank ofRank(int rank, List<Compared> compared, List<String> jobs) {
        return new OfRank(
                rank,
                compared.stream().mapToDouble(Compared::learning).average().orElseThrow(),
                compared.stream()
                        .mapToDouble(one -> one.full().forgetting())
                        .average()
                        .orElseThrow(),
                compared.stream()
                        .mapToDouble(one -> one.lora().forgetting())
                        .average()
                        .orElseThrow(),
                difference(compared, jobs));
    }

    private static Difference difference(List<Compared> compared, List<String> jobs) {
        Map<Long, List<Compared>> bySeed = new TreeMap<>();
        for (Compared one : compared)
            bySeed.computeIfAbsent(one.seed(), _ -> new ArrayList<>()).add(one);
        double[] values =
                bySeed.values().stream()
                        .mapToDouble(
                                its ->
                                        its.stream()
                                                .mapToDouble(Compared::difference)
                                                .average()
                                                .orElseThrow())
                        .toArray();
        if (values.length > 1) return Difference.overSeeds(values, compared.size(), jobs);
        double error = compared.stream().mapToDouble(Compared::stderr).average().orElseThrow();
        return Difference.of(
                values[0],
                Double.isNaN(error) ? null : error,
                null,
                Difference.Basis.ITEMS,
                1,
                compared.size(),
                jobs);
    }

    private static List<Compared> compared(List<Tuned> full, List<Tuned> lora) {
        Map<Long, List<Point>> fulls = curves(full);
        Map<Long, List<Point>> loras = curves(lora);
        List<Compared> compared = new ArrayList<>();
        fulls.forEach(
                (seed, its) -> {
                    List<Point> other = loras.getOrDefault(seed, List.of());
                    if (other.isEmpty()) return;
                    double level = Math.min(most(its), most(other));
                    Optional<Point> one = at(its, level);
                    Optional<Point> two = at(other, level);
                    if (one.isPresent() && two.isPresent())
                        compared.add(new Compared(seed, level, one.get(), two.get()));
                });
        return compared;
    }

    private static double most(List<Point> curve) {
        return curve.stream().mapToDouble(Point::learning).max().orElseThrow();
    }

    private static Map<Long, List<Point>> curves(List<Tuned> lengths) {
        Map<Long, List<Point>> curves = new TreeMap<>();
        lengths.stream()
                .sorted(Comparator.comparingDouble(Tuned::tokens))
                .flatMap(one -> one.bySeed().values().stream())
                .filter(run -> run.values().containsKey(Measured.FORGETTING))
                .filter(run -> run.values().containsKey(Measured.BASE_LEARNING))
                .forEach(
                        run -> {
                            Value base = Tuned.value(run, Measured.BASE_LEARNING);
                            Value forgotten = Tuned.value(run, Measured.FORGETTING);
                            curves.computeIfAbsent(
                                            run.seed(),
                                            _ ->
                                                    new ArrayList<>(
                                                            List.of(new Point(base.value(), 0, 0))))
                                    .add(
                                            new Point(
                                                    Tuned.value(run, Measured.LEARNING).value(),
                                                    forgotten.value(),
                                                    forgotten.stderr().orElse(Double.NaN)));
                        });
        return curves;
    }

    /** Where the curve first has the learning; nothing where that is the base model's. */
    private static Optional<Point> at(List<Point> curve, double learning) {
        for (int i = 1; i < curve.size(); i++) {
            Point before = curve.get(i - 1);
            Point point = curve.get(i);
            if (point.learning() == learning) return Optional.of(point);
            if ((before.learning() - learning) * (point.learning() - learning) >= 0) continue;
            double part = (learning - before.learning()) / (point.learning() - before.learning());
            return Optional.of(
                    new Point(
                            learning,
                            before.forgetting() + part * (point.forgetting() - before.forgetting()),
                            Math.hypot((1 - part) * before.stderr(), part * point.stderr())));
        }
        return Optional.empty();
    }
}
