package dev.palimpsest.analysis;

import dev.palimpsest.analysis.Sensitivity.Best;
import dev.palimpsest.analysis.Sensitivity.Curve;
import dev.palimpsest.analysis.Sensitivity.Point;
import dev.palimpsest.analysis.Sensitivity.Run;
import dev.palimpsest.jobs.Guarded;
import dev.palimpsest.jobs.Job;
import dev.palimpsest.metrics.Metrics;
import dev.palimpsest.spec.JobSpec;
import dev.palimpsest.spec.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Puts the jobs of each recipe on a curve of score against learning rate. */
final class RateCurves {
    private static final double NEAR = 0.9;

    /** The runs of one recipe by learning rate, the lowest first. */
    private record Swept(
            Method method, Map<String, JsonNode> fields, SortedMap<Double, List<Run>> runs) {
        List<Point> points() {
            return runs.entrySet().stream()
                    .map(rate -> point(rate.getKey(), rate.getValue()))
                    .toList();
        }
    }

    private final Map<Recipe, Swept> swept = new LinkedHashMap<>();

    /** Of some jobs, by the learning of their last checkpoints. */
    static RateCurves of(List<Job> jobs, Metrics metrics, ScoredBy by) {
        boolean bits = by == ScoredBy.BITS_PER_BYTE;
        Map<String, Double> last =
                metrics.last(
                        jobs.stream().map(Job::id).toList(),
                        bits ? "learning_bits_per_byte" : "learning");
        RateCurves curves = new RateCurves();
        for (Job job : jobs) {
            boolean cutShort = job.guarded().filter(Guarded::ended).isPresent();
            Double score = cutShort ? null : last.get(job.id());
            curves.add(
                    job.spec(),
                    new Run(
                            job.id(),
                            job.spec().training().seed(),
                            job.status(),
                            job.diverged(),
                            score != null && bits ? Double.valueOf(-score) : score));
        }
        return curves;
    }

    void add(JobSpec spec, Run run) {
        swept.computeIfAbsent(
                        Recipe.of(spec),
                        recipe -> new Swept(spec.method(), recipe.fields(), new TreeMap<>()))
                .runs()
                .computeIfAbsent(spec.training().learningRate(), _ -> new ArrayList<>())
                .add(run);
    }

    /** Full finetuning first, then LoRA by rank. */
    List<Curve> all() {
        Map<JsonNode, Best> full = new HashMap<>();
        swept.forEach(
                (recipe, its) -> {
                    if (its.method() instanceof Method.Full)
                        best(its.points()).ifPresent(best -> full.put(recipe.rest(), best));
                });
        return swept.entrySet().stream()
                .map(entry -> curve(entry.getKey(), entry.getValue(), full))
                .sorted(
                        Comparator.comparing(
                                Curve::rank, Comparator.nullsFirst(Comparator.naturalOrder())))
                .toList();
    }

    private Curve curve(Recipe recipe, Swept its, Map<JsonNode, Best> full) {
        List<Point> points = its.points();
        Optional<Best> best = best(points);
        return new Curve(
                its.method().word(),
                its.method() instanceof Method.Lora lora ? lora.rank() : null,
                recipe.optimizer(),
                differing(its),
                points,
                best.orElse(null),
                best.map(found -> near(found, points)).orElse(List.of()),
                highestStable(points),
                its.method() instanceof Method.Lora
                        ? ratio(best, Optional.ofNullable(full.get(recipe.rest())))
                        : null);
    }

    /** The fields that are not the same in all recipes of the kind of method. */
    private Map<String, JsonNode> differing(Swept its) {
        List<Map<String, JsonNode>> all =
                swept.values().stream()
                        .filter(other -> other.method().word().equals(its.method().word()))
                        .map(Swept::fields)
                        .toList();
        Map<String, JsonNode> differing = new LinkedHashMap<>(its.fields());
        differing
                .entrySet()
                .removeIf(
                        field ->
                                all.stream()
                                        .allMatch(
                                                other ->
                                                        field.getValue()
                                                                .equals(
                                                                        other.get(
                                                                                field.getKey()))));
        return differing;
    }

    private static Point point(double rate, List<Run> runs) {
        Map<Long, Double> bySeed = new LinkedHashMap<>(); // of two runs with one seed the newer
        for (Run run : runs)
            if (run.counts()) bySeed.put(run.seed(), Objects.requireNonNull(run.learning()));
        Collection<Double> scores = bySeed.values();
        int diverged = (int) runs.stream().filter(Run::diverged).count();
        if (scores.isEmpty()) return new Point(rate, null, null, diverged, runs);
        int n = scores.size();
        double mean = scores.stream().mapToDouble(score -> score).sum() / n;
        double squares =
                scores.stream().mapToDouble(score -> (score - mean) * (score - mean)).sum();
        Double error = n < 2 ? null : Math.sqrt(squares / (n - 1) / n);
        return new Point(rate, mean, error, diverged, runs);
    }

    static Optional<Best> best(List<Point> points) {
        List<Best> scored = new ArrayList<>();
        for (Point point : points)
            if (point.learning() != null)
                scored.add(new Best(point.learningRate(), point.learning(), false));
        return scored.stream()
                .max(Comparator.comparingDouble(Best::learning))
                .map(
                        best ->
                                new Best(
                                        best.learningRate(),
                                        best.learning(),
                                        best.equals(scored.getFirst())
                                                || best.equals(scored.getLast())));
    }

    /** Where scores are minus bits per byte, a tenth less means bits by a ninth more. */
    static boolean isNear(Best best, @Nullable Double learning) {
        double least = best.learning() >= 0 ? best.learning() * NEAR : best.learning() / NEAR;
        return learning != null && learning >= least;
    }

    private static List<Double> near(Best best, List<Point> points) {
        return points.stream()
                .filter(point -> isNear(best, point.learning()))
                .map(Point::learningRate)
                .filter(rate -> rate != best.learningRate())
                .toList();
    }

    private static @Nullable Double highestStable(List<Point> points) {
        Double highest = null;
        for (Point point : points) {
            if (point.diverged() > 0) return highest;
            if (point.learning() != null) highest = point.learningRate();
        }
        return highest;
    }

    private static @Nullable Double ratio(Optional<Best> lora, Optional<Best> full) {
        if (lora.isEmpty() || full.isEmpty()) return null;
        return lora.get().learningRate() / full.get().learningRate();
    }
}
