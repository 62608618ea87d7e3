package dev.palimpsest.analysis;

import dev.palimpsest.analysis.Sensitivity.Curve;
import dev.palimpsest.figures.Axis;
import dev.palimpsest.figures.Chart;
import dev.palimpsest.figures.Interval;
import dev.palimpsest.figures.Point;
import dev.palimpsest.figures.Series;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.IntNode;
import tools.jackson.databind.node.StringNode;

/** Draws the score against the learning rate as the paper's figure S1 does. */
final class RateFigure {
    private RateFigure() {}

    static Chart of(Sensitivity sensitivity) {
        List<Series> series = new ArrayList<>();
        List<Curve> all = sensitivity.curves();
        for (Curve curve : all.subList(0, Math.min(all.size(), Chart.MOST_SERIES)))
            series.add(series(curve, series.size()));
        return new Chart(
                "Learning against learning rate",
                Axis.log("learning rate", ""),
                ScoreAxis.of("learning", sensitivity.learningKind()),
                series,
                List.of(),
                note(all, series));
    }

    static String name(Curve curve) {
        Map<String, JsonNode> group = new LinkedHashMap<>();
        group.put("method.type", StringNode.valueOf(curve.method()));
        if (curve.rank() != null) group.put("method.rank", IntNode.valueOf(curve.rank()));
        group.putAll(curve.values());
        return GroupName.of(group);
    }

    /** Not joined across a rate at which all jobs diverged. */
    private static Series series(Curve curve, int look) {
        return Series.joined(
                name(curve),
                look,
                curve.points().stream()
                        .filter(point -> point.learning() != null || point.diverged() > 0)
                        .map(RateFigure::place)
                        .toList());
    }

    private static Optional<Point> place(Sensitivity.Point point) {
        return Optional.ofNullable(point.learning())
                .map(learning -> Point.of(point.learningRate(), learning, interval(point)));
    }

    private static @Nullable Interval interval(Sensitivity.Point point) {
        List<Estimate.Value> values =
                point.jobs().stream()
                        .filter(Sensitivity.Run::counts)
                        .map(
                                run ->
                                        new Estimate.Value(
                                                Objects.requireNonNull(run.learning()),
                                                OptionalDouble.empty()))
                        .toList();
        return values.isEmpty() ? null : ScoreAxis.interval(Estimate.of(values));
    }

    private static String note(List<Curve> all, List<Series> series) {
        if (series.stream().allMatch(one -> one.points().isEmpty())) return "nothing is scored yet";
        long diverged =
                all.stream()
                        .flatMap(curve -> curve.points().stream())
                        .mapToInt(Sensitivity.Point::diverged)
                        .sum();
        String lost =
                diverged == 0 ? "" : "; %d jobs diverged and are left out".formatted(diverged);
        String left =
                all.size() > series.size()
                        ? "; %d of %d curves".formatted(series.size(), all.size())
                        : "";
        return "bars: 95 % intervals over seeds" + lost + left;
    }
}
