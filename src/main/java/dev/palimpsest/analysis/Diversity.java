package dev.palimpsest.analysis;

import dev.palimpsest.analysis.Curves.Kind;
import dev.palimpsest.analysis.Estimate.Value;
import dev.palimpsest.evaluation.Measure;
import dev.palimpsest.figures.Axis;
import dev.palimpsest.figures.Chart;
import dev.palimpsest.figures.Interval;
import dev.palimpsest.figures.Point;
import dev.palimpsest.figures.Series;
import dev.palimpsest.metrics.Evaluations.Sampled;
import dev.palimpsest.web.Csv;
import dev.palimpsest.web.Tabular;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * How far the samples of one problem differ, and how many of k samples it takes to solve it, base
 * model and finetuned ones side by side (paper, figures 5 and S9).
 *
 * @param tasks those that draw several samples of each problem
 */
record Diversity(List<String> groupedBy, List<Asked> tasks) implements Tabular {
    private static final String PASS = "pass@";

    /**
     * A task.
     *
     * @param base the base model; null until a run has its scores
     */
    record Asked(String task, @Nullable Samples base, List<Group> groups) {}

    /** Equal runs of one length, at their ends. */
    record Group(
            Map<String, JsonNode> group,
            Kind kind,
            double tokens,
            int runs,
            Samples samples,
            List<String> checkpoints) {}

    /**
     * Means over problems.
     *
     * @param distinct how many of a problem's samples differ
     * @param distinctPassed how many of those that pass
     * @param passAt by k, the share of problems that one of k samples solves
     */
    record Samples(
            @Nullable Estimate distinct,
            @Nullable Estimate distinctPassed,
            @Nullable Estimate distinctFailed,
            SortedMap<Integer, Estimate> passAt) {
        static Samples of(List<Map<String, Measure>> runs) {
            SortedMap<Integer, Estimate> passAt = new TreeMap<>();
            for (String metric : runs.getFirst().keySet())
                if (metric.startsWith(PASS))
                    estimate(runs, metric)
                            .ifPresent(
                                    estimate ->
                                            passAt.put(
                                                    Integer.parseInt(
                                                            metric.substring(PASS.length())),
                                                    estimate));
            return new Samples(
                    estimate(runs, "distinct").orElse(null),
                    estimate(runs, "distinct_passed").orElse(null),
                    estimate(runs, "distinct_failed").orElse(null),
                    passAt);
        }

        private static Optional<Estimate> estimate(List<Map<String, Measure>> runs, String metric) {
            List<Value> values = new ArrayList<>();
            for (Map<String, Measure> run : runs) {
                Measure measure = run.get(metric);
                if (measure == null) return Optional.empty();
                values.add(
                        new Value(
                                measure.value(),
                                measure.stderr() == null
                                        ? OptionalDouble.empty()
                                        : OptionalDouble.of(measure.stderr())));
            }
            return Optional.of(Estimate.of(values));
        }
    }

    private record Key(Map<String, JsonNode> group, Kind kind, String length) {}

    private record Place(String job, long step) {}

    /** Of the ends of an experiment's runs; what lies on their way is left out. */
    static Diversity of(Material.Scored scored, Grouping grouping, List<Sampled> sampled) {
        Map<String, Map<Place, Map<String, Measure>>> tasks = new TreeMap<>();
        for (Sampled one : sampled)
            tasks.computeIfAbsent(one.task(), _ -> new HashMap<>())
                    .put(new Place(one.job(), one.step()), one.metrics());
        List<Asked> asked = new ArrayList<>();
        tasks.forEach((task, places) -> asked.add(asked(task, places, scored, grouping)));
        return new Diversity(grouping.fields(), asked);
    }

    private static Asked asked(
            String task,
            Map<Place, Map<String, Measure>> places,
            Material.Scored scored,
            Grouping grouping) {
        Map<Key, List<Material.Point>> groups = new LinkedHashMap<>();
        for (Material.Point point : Repeats.without(scored.points())) {
            if (point.kind() == Kind.HOT || point.kind() == Kind.COOLING) continue;
            if (!places.containsKey(place(point))) continue;
            groups.computeIfAbsent(
                            new Key(
                                    grouping.of(point.run().job()),
                                    point.kind(),
                                    Curves.length(point)),
                            _ -> new ArrayList<>())
                    .add(point);
        }
        Optional<Samples> base =
                places.entrySet().stream()
                        .filter(entry -> entry.getKey().step() == 0)
                        .min(Comparator.comparing(entry -> entry.getKey().job()))
                        .map(entry -> Samples.of(List.of(entry.getValue())));
        return new Asked(
                task,
                base.orElse(null),
                groups.entrySet().stream()
                        .map(entry -> group(entry.getKey(), entry.getValue(), places))
                        .toList());
    }

    private static Group group(
            Key key, List<Material.Point> points, Map<Place, Map<String, Measure>> places) {
        return new Group(
                key.group(),
                key.kind(),
                Curves.mean(Curves.Axis.TOKENS, points),
                points.size(),
                Samples.of(
                        points.stream()
                                .map(point -> Objects.requireNonNull(places.get(place(point))))
                                .toList()),
                points.stream().map(point -> point.place().checkpoint()).toList());
    }

    private static Place place(Material.Point point) {
        return new Place(point.run().job(), point.place().step());
    }

    /** Of one task the longest runs of each group: distinct samples, or the share solved by k. */
    Chart chart(Asked asked, boolean byK) {
        List<Named> shown = new ArrayList<>();
        if (asked.base() != null) shown.add(new Named("base model", asked.base()));
        Map<Map<String, JsonNode>, Group> longest = new LinkedHashMap<>();
        for (Group group : asked.groups())
            longest.merge(
                    group.group(),
                    group,
                    (one, other) -> one.tokens() < other.tokens() ? other : one);
        longest.forEach((group, its) -> shown.add(new Named(GroupName.of(group), its.samples())));
        List<Named> fitting = shown.subList(0, Math.min(shown.size(), Chart.MOST_SERIES));
        String left =
                shown.size() == fitting.size()
                        ? ""
                        : "; %d groups are left out".formatted(shown.size() - fitting.size());
        return byK ? solved(asked.task(), fitting, left) : distinct(asked.task(), fitting, left);
    }

    private record Named(String name, Samples samples) {}

    private static Chart solved(String task, List<Named> shown, String left) {
        List<Series> series = new ArrayList<>();
        for (Named one : shown)
            series.add(
                    new Series(
                            one.name(),
                            series.size(),
                            Series.Kind.JOINED,
                            one.samples().passAt().entrySet().stream()
                                    .map(at -> point(at.getKey(), at.getValue()))
                                    .toList()));
        return new Chart(
                "Problems solved by one of k samples: " + task,
                Axis.log("Samples k", ""),
                Axis.linear("Solved", "share of problems"),
                series,
                List.of(),
                "bars: 95 % intervals" + left);
    }

    private static Chart distinct(String task, List<Named> shown, String left) {
        List<Series> series = new ArrayList<>();
        series.add(distinct("passing", 0, shown, Samples::distinctPassed));
        series.add(distinct("failing", 1, shown, Samples::distinctFailed));
        return new Chart(
                "Distinct samples of a problem: " + task,
                Axis.of("", shown.stream().map(Named::name).toList()),
                Axis.linear("Distinct samples", "mean over problems"),
                series,
                List.of(),
                "bars: 95 % intervals" + left);
    }

    private static Series distinct(
            String name, int look, List<Named> shown, Function<Samples, @Nullable Estimate> read) {
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < shown.size(); i++) {
            Estimate estimate = read.apply(shown.get(i).samples());
            if (estimate != null) points.add(point(i, estimate));
        }
        return new Series(name, look, Series.Kind.POINTS, points);
    }

    private static Point point(double x, Estimate estimate) {
        return Point.of(
                x,
                estimate.mean(),
                estimate.low() == null || estimate.high() == null
                        ? null
                        : new Interval(estimate.low(), estimate.high()));
    }

    /** A line a measure of the base model and of each group, by task. */
    @Override
    public String csv() {
        Csv csv = new Csv();
        List<String> head = new ArrayList<>(List.of("task", "model"));
        head.addAll(groupedBy);
        head.addAll(List.of("kind", "tokens", "runs", "measure"));
        head.addAll(Curves.columns("value"));
        csv.line(head);
        for (Asked asked : tasks) {
            if (asked.base() != null) {
                List<@Nullable Object> base = new ArrayList<>(List.of(asked.task(), "base"));
                for (int i = 0; i < groupedBy.size() + 3; i++) base.add(null);
                lines(csv, base, asked.base());
            }
            for (Group group : asked.groups()) {
                List<@Nullable Object> its = new ArrayList<>(List.of(asked.task(), "finetuned"));
                for (String field : groupedBy) its.add(Curves.text(group.group().get(field)));
                its.add(group.kind().name().toLowerCase(Locale.ROOT));
                its.add(group.tokens());
                its.add(group.runs());
                lines(csv, its, group.samples());
            }
        }
        return csv.text();
    }

    private static void lines(Csv csv, List<@Nullable Object> whose, Samples samples) {
        line(csv, whose, "distinct", samples.distinct());
        line(csv, whose, "distinct_passed", samples.distinctPassed());
        line(csv, whose, "distinct_failed", samples.distinctFailed());
        samples.passAt().forEach((k, estimate) -> line(csv, whose, PASS + k, estimate));
    }

    private static void line(
            Csv csv, List<@Nullable Object> whose, String measure, @Nullable Estimate estimate) {
        if (estimate == null) return;
        List<@Nullable Object> line = new ArrayList<>(whose);
        line.add(measure);
        Curves.add(line, estimate);
        csv.line(line);
    }
}
