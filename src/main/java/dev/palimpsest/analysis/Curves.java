package dev.palimpsest.analysis;

import dev.palimpsest.analysis.Estimate.Value;
import dev.palimpsest.evaluation.Score;
import dev.palimpsest.evaluation.Score.Side;
import dev.palimpsest.jobs.Runs.Place;
import dev.palimpsest.jobs.Runs.Run;
import dev.palimpsest.web.Csv;
import dev.palimpsest.web.Tabular;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Learning and forgetting against duration (paper, figures 1 and 2), a curve for all runs that
 * differ in nothing but their seed and length.
 *
 * @param groupedBy the fields of the spec that tell curves apart
 */
public record Curves(Axis x, List<String> groupedBy, @Nullable Base base, List<Curve> curves)
        implements Tabular {
    private static final List<String> LENGTHS = List.of("epochs", "max_tokens", "max_steps");

    /** What a duration is counted in. */
    public enum Axis {
        TOKENS,
        STEPS,
        EPOCHS;

        double of(Place place) {
            return switch (this) {
                case TOKENS -> place.tokens();
                case STEPS -> place.step();
                case EPOCHS -> place.epoch();
            };
        }
    }

    /** What a point is; kinds are not mixed in one curve. */
    public enum Kind {
        /** The end of a run with a schedule of its own. */
        FINAL,
        /** On the way through a longer one, or anywhere in the trunk of branches. */
        HOT,
        /** The end of a branch, at which the rate has come down to 0. */
        COOLED,
        /** On the way of a branch, neither up nor down. */
        COOLING;

        /**
         * @param trunks the jobs that have branches
         */
        static Kind of(Run run, Place place, Set<String> trunks) {
            boolean end = run.totalSteps() != null && run.totalSteps() == place.step();
            if (run.trunk().isPresent()) return end ? COOLED : COOLING;
            return end && !trunks.contains(run.job()) ? FINAL : HOT;
        }
    }

    /** The base model, a dashed line in the paper's figures. */
    public record Base(@Nullable Double learning, @Nullable Double sourceScore) {}

    /** Points of equal runs. */
    public record Curve(Map<String, JsonNode> group, Kind kind, List<Point> points) {}

    /**
     * Equal runs at one duration, of which x is the mean; of two with one seed the newer.
     *
     * @param learning none until each of them has that side's score, as the two others
     */
    public record Point(
            double x,
            int runs,
            @Nullable Estimate learning,
            @Nullable Estimate sourceScore,
            @Nullable Estimate forgetting,
            List<String> checkpoints) {}

    private record Key(Map<String, JsonNode> group, Kind kind) {}

    public static Curves of(Material.Scored scored, Grouping grouping, Axis x) {
        Map<Key, Map<String, List<Material.Point>>> curves = new LinkedHashMap<>();
        for (Material.Point point : Repeats.without(scored.points()))
            curves.computeIfAbsent(
                            new Key(grouping.of(point.run().job()), point.kind()),
                            _ -> new LinkedHashMap<>())
                    .computeIfAbsent(length(point), _ -> new ArrayList<>())
                    .add(point);
        List<Curve> all = new ArrayList<>();
        curves.forEach(
                (key, points) ->
                        all.add(
                                new Curve(
                                        key.group(),
                                        key.kind(),
                                        points.values().stream()
                                                .map(runs -> point(mean(x, runs), runs))
                                                .sorted(Comparator.comparingDouble(Point::x))
                                                .toList())));
        return new Curves(x, grouping.fields(), scored.base().map(Curves::base).orElse(null), all);
    }

    /**
     * What makes runs equally long: what their specs say of their ends, the step on the way there.
     * Seeds order rows anew, so that equal budgets are not quite as many tokens.
     */
    static String length(Material.Point point) {
        JsonNode training = point.run().spec().path("training");
        return switch (point.kind()) {
            case HOT, COOLING -> "step " + point.place().step();
            case FINAL, COOLED ->
                    LENGTHS.stream()
                            .filter(training::hasNonNull)
                            .map(field -> field + " " + training.get(field))
                            .findFirst()
                            .orElse("step " + point.place().step());
        };
    }

    static double mean(Axis x, List<Material.Point> runs) {
        return runs.stream().mapToDouble(run -> x.of(run.place())).average().orElseThrow();
    }

    private static Base base(Score score) {
        return new Base(
                score.learning().map(Side::score).orElse(null),
                score.source().map(Side::score).orElse(null));
    }

    private static Point point(double x, List<Material.Point> runs) {
        return new Point(
                x,
                runs.size(),
                estimate(runs, one -> value(one.score().learning())),
                estimate(runs, one -> value(one.score().source())),
                estimate(runs, Curves::forgetting),
                runs.stream().map(one -> one.place().checkpoint()).toList());
    }

    private static @Nullable Estimate estimate(
            List<Material.Point> runs, Function<Material.Point, Optional<Value>> read) {
        List<Value> values = runs.stream().map(read).flatMap(Optional::stream).toList();
        boolean whole = values.size() == runs.size();
        boolean finite = values.stream().allMatch(one -> Double.isFinite(one.value()));
        return whole && finite ? Estimate.of(values) : null;
    }

    static Optional<Value> value(Optional<Side> side) {
        return side.map(one -> new Value(one.score(), one.stderr()));
    }

    /** As if the two had asked different items, which is on the safe side. */
    static Optional<Value> forgetting(Material.Point point) {
        OptionalDouble lost = point.score().forgetting(point.base());
        if (lost.isEmpty()) return Optional.empty();
        OptionalDouble own = point.score().source().orElseThrow().stderr();
        OptionalDouble bases = point.base().source().orElseThrow().stderr();
        return Optional.of(
                new Value(
                        lost.getAsDouble(),
                        own.isPresent() && bases.isPresent()
                                ? OptionalDouble.of(
                                        Math.hypot(own.getAsDouble(), bases.getAsDouble()))
                                : OptionalDouble.empty()));
    }

    /** A line a point, with each field that tells curves apart in a column of its own. */
    @Override
    public String csv() {
        Csv csv = new Csv();
        List<String> head = new ArrayList<>(groupedBy);
        head.addAll(List.of("kind", x.name().toLowerCase(Locale.ROOT), "runs"));
        for (String score : List.of("learning", "source_score", "forgetting"))
            head.addAll(columns(score));
        csv.line(head);
        for (Curve curve : curves)
            for (Point point : curve.points()) {
                List<@Nullable Object> line = new ArrayList<>();
                for (String field : groupedBy) line.add(text(curve.group().get(field)));
                line.add(curve.kind().name().toLowerCase(Locale.ROOT));
                line.add(point.x());
                line.add(point.runs());
                add(line, point.learning());
                add(line, point.sourceScore());
                add(line, point.forgetting());
                csv.line(line);
            }
        return csv.text();
    }

    /** What an estimate is told in, as {@link #add} does. */
    static List<String> columns(String score) {
        return List.of(score, score + "_stderr", score + "_low", score + "_high");
    }

    static void add(List<@Nullable Object> line, @Nullable Estimate estimate) {
        line.add(estimate == null ? null : estimate.mean());
        line.add(estimate == null ? null : estimate.stderr());
        line.add(estimate == null ? null : estimate.low());
        line.add(estimate == null ? null : estimate.high());
    }

    static @Nullable String text(@Nullable JsonNode value) {
        if (value == null) return null;
        return value.isString() ? value.stringValue() : value.toString();
    }
}
