package dev.palimpsest.analysis;

import dev.palimpsest.analysis.Curves.Curve;
import dev.palimpsest.analysis.Curves.Kind;
import dev.palimpsest.analysis.Curves.Point;
import dev.palimpsest.evaluation.Score;
import dev.palimpsest.evaluation.Score.Side;
import dev.palimpsest.evaluation.ScoreKind;
import dev.palimpsest.figures.Axis;
import dev.palimpsest.figures.BaseLine;
import dev.palimpsest.figures.BaseLine.Direction;
import dev.palimpsest.figures.Chart;
import dev.palimpsest.figures.Interval;
import dev.palimpsest.figures.Series;
import dev.palimpsest.web.BadParameter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Draws curves as the paper's figures 1 to 3 do. */
public final class CurveFigures {
    private static final String BASE = "base model";
    private static final String BARS = "bars: 95 % intervals";

    private final Curves curves;
    private final List<Curve> shown;
    private final Map<Map<String, JsonNode>, Integer> looks = new HashMap<>();
    private final @Nullable ScoreKind learningKind;
    private final @Nullable ScoreKind sourceKind;

    public CurveFigures(Curves curves, Optional<Score> base) {
        this.curves = curves;
        List<Curve> all = new ArrayList<>(curves.curves());
        if (all.size() > Chart.MOST_SERIES)
            all.sort(Comparator.comparing(curve -> curve.kind() == Kind.HOT)); // ends tell more
        shown = List.copyOf(all.subList(0, Math.min(all.size(), Chart.MOST_SERIES)));
        for (Curve curve : shown) looks.putIfAbsent(curve.group(), looks.size());
        learningKind = base.flatMap(Score::learning).map(Side::kind).orElse(null);
        sourceKind = base.flatMap(Score::source).map(Side::kind).orElse(null);
    }

    /** Of the score with this name. */
    Chart of(String score) {
        return switch (score) {
            case "learning" -> learning();
            case "forgetting" -> forgetting();
            case "source_score" -> sourceScore();
            default ->
                    throw new BadParameter(
                            "y", "must be one of learning, forgetting, source_score");
        };
    }

    public Chart learning() {
        Curves.Base base = curves.base();
        return against(
                "Learning against duration",
                ScoreAxis.of("learning", learningKind),
                Point::learning,
                base == null ? null : base.learning());
    }

    Chart sourceScore() {
        Curves.Base base = curves.base();
        return against(
                "Source score against duration",
                ScoreAxis.of("source score", sourceKind),
                Point::sourceScore,
                base == null ? null : base.sourceScore());
    }

    public Chart forgetting() {
        return against(
                "Forgetting against duration",
                ScoreAxis.ofLoss("forgetting", sourceKind),
                Point::forgetting,
                curves.base() == null ? null : 0.0);
    }

    private Chart against(
            String title,
            Axis y,
            Function<Point, @Nullable Estimate> score,
            @Nullable Double base) {
        List<Series> series =
                shown.stream().map(curve -> series(curve, points(curve, score))).toList();
        List<BaseLine> lines =
                base == null ? List.of() : List.of(new BaseLine(BASE, Direction.ACROSS, base));
        return new Chart(title, duration(), y, series, lines, note(series, ""));
    }

    /** To the left is less forgotten, above is more learned; a larger mark is a longer run. */
    public Chart tradeoff() {
        List<Point> all =
                shown.stream()
                        .flatMap(curve -> curve.points().stream())
                        .filter(CurveFigures::isScored)
                        .toList();
        double shortest = all.stream().mapToDouble(Point::x).min().orElse(1);
        double longest = all.stream().mapToDouble(Point::x).max().orElse(1);
        List<Series> series = new ArrayList<>();
        List<dev.palimpsest.figures.Point> front = front(all);
        if (!front.isEmpty()) series.add(new Series("Pareto front", 0, Series.Kind.FRONT, front));
        for (Curve curve : shown)
            series.add(
                    series(
                            curve,
                            curve.points().stream()
                                    .filter(CurveFigures::isScored)
                                    .map(point -> traded(point, shortest, longest))
                                    .toList()));
        List<BaseLine> lines = new ArrayList<>();
        if (curves.base() != null && curves.base().learning() != null)
            lines.add(new BaseLine(BASE, Direction.ACROSS, curves.base().learning()));
        if (curves.base() != null) lines.add(new BaseLine(BASE, Direction.UP, 0));
        String sizes =
                longest > shortest
                        ? String.format(
                                Locale.ROOT,
                                "; larger marks: longer, %,.0f to %,.0f %s",
                                shortest,
                                longest,
                                word(curves.x()))
                        : "";
        return new Chart(
                "Learning against forgetting",
                ScoreAxis.ofLoss("forgetting", sourceKind),
                ScoreAxis.of("learning", learningKind),
                series,
                lines,
                note(series, sizes));
    }

    private static boolean isScored(Point point) {
        return point.learning() != null && point.forgetting() != null && point.x() > 0;
    }

    private static dev.palimpsest.figures.Point traded(
            Point point, double shortest, double longest) {
        Estimate learning = Objects.requireNonNull(point.learning());
        Estimate forgetting = Objects.requireNonNull(point.forgetting());
        double size =
                longest > shortest
                        ? Math.log(point.x() / shortest) / Math.log(longest / shortest)
                        : 0.25;
        return new dev.palimpsest.figures.Point(
                forgetting.mean(),
                learning.mean(),
                ScoreAxis.interval(forgetting),
                ScoreAxis.interval(learning),
                Math.clamp(size, 0, 1));
    }

    /** Of the means that are drawn. */
    private static List<dev.palimpsest.figures.Point> front(List<Point> points) {
        Map<String, dev.palimpsest.figures.Point> places = new HashMap<>();
        List<Frontier.Point> coordinates = new ArrayList<>();
        for (Point point : points) {
            double learned = Objects.requireNonNull(point.learning()).mean();
            double forgotten = Objects.requireNonNull(point.forgetting()).mean();
            String name = String.valueOf(places.size());
            places.put(name, dev.palimpsest.figures.Point.of(forgotten, learned, null));
            coordinates.add(new Frontier.Point(name, learned, forgotten));
        }
        return Frontier.of(coordinates).stream()
                .map(name -> Objects.requireNonNull(places.get(name)))
                .toList();
    }

    private Series series(Curve curve, List<dev.palimpsest.figures.Point> points) {
        String name = GroupName.of(curve.group());
        String kind =
                curve.kind() == Kind.FINAL
                        ? ""
                        : ", " + curve.kind().name().toLowerCase(Locale.ROOT);
        return new Series(
                name + kind,
                Objects.requireNonNull(looks.get(curve.group())),
                curve.kind() == Kind.HOT ? Series.Kind.DOTTED : Series.Kind.JOINED,
                points);
    }

    private static List<dev.palimpsest.figures.Point> points(
            Curve curve, Function<Point, @Nullable Estimate> score) {
        List<dev.palimpsest.figures.Point> points = new ArrayList<>();
        for (Point point : curve.points()) {
            Estimate estimate = score.apply(point);
            if (estimate == null || point.x() <= 0) continue;
            Interval interval = ScoreAxis.interval(estimate);
            points.add(dev.palimpsest.figures.Point.of(point.x(), estimate.mean(), interval));
        }
        return points;
    }

    private Axis duration() {
        return Axis.log("duration", word(curves.x()));
    }

    private static String word(Curves.Axis axis) {
        return axis.name().toLowerCase(Locale.ROOT);
    }

    private String note(List<Series> series, String more) {
        if (series.stream().allMatch(one -> one.points().isEmpty())) return "nothing is scored yet";
        int all = curves.curves().size();
        String left =
                all > shown.size()
                        ? "; %d of %d curves, group_by chooses".formatted(shown.size(), all)
                        : "";
        return BARS + more + left;
    }
}
