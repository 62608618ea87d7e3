package dev.palimpsest.report;

import dev.palimpsest.advice.Findings;
import dev.palimpsest.analysis.Curves;
import dev.palimpsest.analysis.Curves.Curve;
import dev.palimpsest.analysis.Curves.Kind;
import dev.palimpsest.analysis.Estimate;
import dev.palimpsest.analysis.ExperimentFigures;
import dev.palimpsest.analysis.Grouping;
import dev.palimpsest.analysis.Material;
import dev.palimpsest.figures.Axis;
import dev.palimpsest.figures.BaseLine;
import dev.palimpsest.figures.Chart;
import dev.palimpsest.figures.Figure;
import dev.palimpsest.figures.Interval;
import dev.palimpsest.figures.Plotter;
import dev.palimpsest.figures.Point;
import dev.palimpsest.figures.Series;
import dev.palimpsest.jobs.Runs.Run;
import dev.palimpsest.report.Report.Picture;
import dev.palimpsest.spectra.ChangedRanks;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** Draws the paper's figures of an experiment, each condition at its best rate. */
@Component
class Pictures {
    private static final String INTERVALS =
            "Bars are 95 % intervals, over seeds where there are several, else over the items asked.";

    /** What tells curves apart, as far as it differs. */
    private static final List<String> FIELDS =
            List.of(
                    "method.type",
                    "method.rank",
                    "method.target_modules",
                    "method.alpha",
                    "training.optimizer.weight_decay",
                    "training.attention_dropout");

    private static final String DECAY = "training.optimizer.weight_decay";
    private static final String DROPOUT = "training.attention_dropout";
    private static final String TARGETS = "method.target_modules";

    private final Plotter plotter;
    private final ExperimentFigures figures;
    private final ChangedRanks ranks;

    Pictures(Plotter plotter, ExperimentFigures figures, ChangedRanks ranks) {
        this.plotter = plotter;
        this.figures = figures;
        this.ranks = ranks;
    }

    List<Picture> of(String experiment, Material.Scored scored, Findings findings) {
        Curves all = curves(scored, findings);
        Curves curves = only(all, curve -> !isArm(curve) && hasUsualTargets(all, curve));
        String unit = findings.recommendation().unit();
        List<Picture> pictures = new ArrayList<>();
        against(curves, "Learning", unit, Curves.Point::learning, base(curves, true))
                .map(chart -> picture(chart, INTERVALS + " The dashed line is the base model."))
                .forEach(pictures::add);
        against(curves, "Forgetting", unit, Curves.Point::forgetting, base(curves, false))
                .map(
                        chart ->
                                picture(
                                        chart,
                                        INTERVALS
                                                + " Forgetting is the base model's source score less the checkpoint's."))
                .forEach(pictures::add);
        tradeoff(curves, unit)
                .map(
                        chart ->
                                picture(
                                        chart,
                                        INTERVALS
                                                + " Further up has learned more, further left forgotten less; larger marks"
                                                + " stand for longer runs."))
                .forEach(pictures::add);
        RateChart.of(findings.swept(), unit)
                .map(chart -> picture(chart, INTERVALS + " Runs that diverged are in no point."))
                .forEach(pictures::add);
        if (all.curves().stream().anyMatch(Pictures::isArm))
            both(
                    only(all, curve -> hasUsualTargets(all, curve)),
                    "with decay, dropout and LoRA",
                    unit,
                    pictures);
        if (all.curves().stream().anyMatch(curve -> !hasUsualTargets(all, curve)))
            both(
                    only(all, curve -> !isArm(curve) && hasTargets(curve)),
                    "by target modules",
                    unit,
                    pictures);
        ranks.figure(experiment)
                .map(
                        chart ->
                                picture(
                                        chart,
                                        "",
                                        "Of each job's last checkpoint with spectra: how many singular values of the"
                                                + " change hold 90 % of its squared norm."))
                .ifPresent(pictures::add);
        for (Chart chart : figures.samples(experiment, scored))
            pictures.add(picture(chart, INTERVALS));
        return pictures;
    }

    private void both(Curves curves, String what, String unit, List<Picture> pictures) {
        against(curves, "Learning", unit, Curves.Point::learning, base(curves, true))
                .map(chart -> picture(titled(chart, "Learning " + what), INTERVALS))
                .forEach(pictures::add);
        against(curves, "Forgetting", unit, Curves.Point::forgetting, base(curves, false))
                .map(chart -> picture(titled(chart, "Forgetting " + what), INTERVALS))
                .forEach(pictures::add);
    }

    private static Chart titled(Chart chart, String title) {
        return new Chart(
                title, chart.x(), chart.y(), chart.series(), chart.baseLines(), chart.note());
    }

    private static Curves only(Curves all, Predicate<Curve> shown) {
        return new Curves(
                all.x(), all.groupedBy(), all.base(), all.curves().stream().filter(shown).toList());
    }

    /** Regularised beside others that are not. */
    private static boolean isArm(Curve curve) {
        return Stream.of(DECAY, DROPOUT)
                .anyMatch(
                        field ->
                                curve.group().containsKey(field)
                                        && curve.group().get(field).asDouble(0) > 0);
    }

    private static boolean hasTargets(Curve curve) {
        return curve.group().containsKey(TARGETS);
    }

    /** Those of the most curves, which are what the others are compared with. */
    private static boolean hasUsualTargets(Curves all, Curve curve) {
        if (!hasTargets(curve)) return true;
        Map<JsonNode, Long> counts =
                all.curves().stream()
                        .filter(Pictures::hasTargets)
                        .collect(
                                Collectors.groupingBy(
                                        one -> one.group().get(TARGETS), Collectors.counting()));
        long most = counts.values().stream().max(Long::compare).orElse(0L);
        return counts.getOrDefault(curve.group().get(TARGETS), 0L) == most;
    }

    private Picture picture(Chart chart, String caption) {
        return picture(chart, chart.note(), caption);
    }

    private Picture picture(Figure chart, String note, String caption) {
        String svg = plotter.svg(chart);
        return new Picture(
                chart.title(),
                note.isEmpty() ? caption : caption + " " + note,
                svg,
                "data:image/svg+xml;base64,"
                        + Base64.getEncoder().encodeToString(svg.getBytes(StandardCharsets.UTF_8)));
    }

    /** Of the runs at the best rates, which the advice compares too. */
    private static Curves curves(Material.Scored scored, Findings findings) {
        Set<String> best = new HashSet<>();
        for (Findings.Rates condition : findings.swept())
            for (Findings.AtRate rate : condition.rates())
                if (rate.best() && rate.ends() != null) best.addAll(rate.ends().jobs());
        List<Run> runs =
                scored.runs().stream()
                        .filter(run -> best.isEmpty() || best.contains(run.job()))
                        .toList();
        List<Material.Point> points =
                scored.points().stream()
                        .filter(point -> best.isEmpty() || best.contains(point.run().job()))
                        .toList();
        return Curves.of(
                new Material.Scored(scored.base(), runs, points),
                Grouping.of(runs, FIELDS.stream().filter(field -> differs(field, runs)).toList()),
                Curves.Axis.TOKENS);
    }

    /** Among the runs that have the field; alpha where it is not in one proportion to the rank. */
    private static boolean differs(String field, List<Run> runs) {
        String pointer = "/" + field.replace('.', '/');
        return runs.stream()
                        .filter(run -> !run.spec().at(pointer).isMissingNode())
                        .map(
                                run ->
                                        field.equals("method.alpha")
                                                ? run.spec().at(pointer).asDouble(0)
                                                        / run.spec().at("/method/rank").asDouble(1)
                                                : run.spec().at(pointer))
                        .distinct()
                        .count()
                > 1;
    }

    private static List<BaseLine> base(Curves curves, boolean learning) {
        if (!learning) return List.of(new BaseLine("base model", BaseLine.Direction.ACROSS, 0));
        return curves.base() == null || curves.base().learning() == null
                ? List.of()
                : List.of(
                        new BaseLine(
                                "base model", BaseLine.Direction.ACROSS, curves.base().learning()));
    }

    private static Stream<Chart> against(
            Curves curves,
            String what,
            String unit,
            Function<Curves.Point, @Nullable Estimate> read,
            List<BaseLine> base) {
        List<Series> series = new ArrayList<>();
        for (Curve curve : curves.curves()) {
            if (curve.kind() == Kind.COOLING) continue;
            List<Point> points = new ArrayList<>();
            for (Curves.Point point : curve.points()) {
                Estimate estimate = read.apply(point);
                if (estimate != null && point.x() > 0)
                    points.add(Point.of(point.x(), estimate.mean(), interval(estimate)));
            }
            add(series, curves, curve, points);
        }
        return chart(
                what + " against duration",
                Axis.log("Tokens", ""),
                Axis.linear(what, unit),
                series,
                base);
    }

    private static void add(List<Series> series, Curves curves, Curve curve, List<Point> points) {
        if (points.isEmpty()) return;
        boolean hot = curve.kind() == Kind.HOT;
        series.add(
                new Series(
                        name(curve) + (hot ? ", on the way" : ""),
                        look(curves, curve),
                        hot ? Series.Kind.DOTTED : Series.Kind.JOINED,
                        points));
    }

    /** A group's curves of both kinds look alike. */
    private static int look(Curves curves, Curve curve) {
        return (int)
                        curves.curves().stream()
                                .map(Curve::group)
                                .distinct()
                                .takeWhile(group -> !group.equals(curve.group()))
                                .count()
                % Chart.MOST_SERIES;
    }

    private static String name(Curve curve) {
        String name =
                curve.group().entrySet().stream()
                        .map(
                                field ->
                                        switch (field.getKey()) {
                                            case "method.type" -> field.getValue().asString("");
                                            case "method.rank" ->
                                                    "r=" + field.getValue().asString("");
                                            default ->
                                                    field.getKey()
                                                                    .substring(
                                                                            field.getKey()
                                                                                            .lastIndexOf(
                                                                                                    '.')
                                                                                    + 1)
                                                                    .replace('_', ' ')
                                                            + " "
                                                            + field.getValue().asString("");
                                        })
                        .collect(Collectors.joining(", "));
        return name.isEmpty() ? "all runs" : name;
    }

    private static Stream<Chart> tradeoff(Curves curves, String unit) {
        double longest =
                curves.curves().stream()
                        .flatMap(curve -> curve.points().stream())
                        .mapToDouble(Curves.Point::x)
                        .max()
                        .orElse(1);
        List<Series> series = new ArrayList<>();
        for (Curve curve : curves.curves()) {
            List<Point> points = new ArrayList<>();
            for (Curves.Point point : curve.points())
                if (point.learning() != null && point.forgetting() != null)
                    points.add(
                            new Point(
                                    point.forgetting().mean(),
                                    point.learning().mean(),
                                    interval(point.forgetting()),
                                    interval(point.learning()),
                                    Math.sqrt(point.x() / Math.max(1, longest))));
            add(series, curves, curve, points);
        }
        return chart(
                "Learning against forgetting",
                Axis.linear("Forgetting", unit),
                Axis.linear("Learning", unit),
                series,
                base(curves, true));
    }

    /** None without a series; of too many the first ones. */
    static Stream<Chart> chart(
            String title, Axis x, Axis y, List<Series> series, List<BaseLine> base) {
        if (series.isEmpty()) return Stream.empty();
        int left = Math.max(0, series.size() - Chart.MOST_SERIES);
        return Stream.of(
                new Chart(
                        title,
                        x,
                        y,
                        series.subList(0, series.size() - left),
                        base,
                        left == 0
                                ? ""
                                : String.format(
                                        Locale.ROOT,
                                        "%d more curves are in the tables only.",
                                        left)));
    }

    static @Nullable Interval interval(Estimate estimate) {
        return estimate.low() == null || estimate.high() == null
                ? null
                : new Interval(estimate.low(), estimate.high());
    }
}
