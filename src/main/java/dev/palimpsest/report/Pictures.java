package dev.palimpsest.report;

import dev.palimpsest.advice.Findings;
import dev.palimpsest.analysis.CurveFigures;
import dev.palimpsest.analysis.Curves;
import dev.palimpsest.analysis.Curves.Curve;
import dev.palimpsest.analysis.ExperimentFigures;
import dev.palimpsest.analysis.Grouping;
import dev.palimpsest.analysis.Material;
import dev.palimpsest.evaluation.Score;
import dev.palimpsest.evaluation.Score.Side;
import dev.palimpsest.evaluation.ScoreKind;
import dev.palimpsest.figures.Chart;
import dev.palimpsest.figures.Figure;
import dev.palimpsest.figures.Plotter;
import dev.palimpsest.jobs.Runs.Run;
import dev.palimpsest.report.Report.Picture;
import dev.palimpsest.spectra.ChangedRanks;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

    /** What a curve is called by, even if all are alike in it. */
    private static final Set<String> NAMES = Set.of("method.type", "method.rank");

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
        Curves all = only(curves(scored, findings), curve -> curve.kind() != Curves.Kind.COOLING);
        Curves curves = only(all, curve -> !isArm(curve) && hasUsualTargets(all, curve));
        List<Picture> pictures = new ArrayList<>();
        CurveFigures main = new CurveFigures(curves, scored.base());
        add(pictures, main.learning(), " The dashed line is the base model.");
        add(
                pictures,
                main.forgetting(),
                " Forgetting is the base model's source score less the checkpoint's.");
        add(
                pictures,
                main.tradeoff(),
                " Further up has learned more, further left forgotten less.");
        ScoreKind learningKind =
                scored.base().flatMap(Score::learning).map(Side::kind).orElse(null);
        RateChart.of(findings.swept(), learningKind)
                .map(chart -> picture(chart, INTERVALS + " Runs that diverged are in no point."))
                .forEach(pictures::add);
        if (all.curves().stream().anyMatch(Pictures::isArm))
            both(
                    new CurveFigures(
                            only(all, curve -> hasUsualTargets(all, curve)), scored.base()),
                    "with decay, dropout and LoRA",
                    pictures);
        if (all.curves().stream().anyMatch(curve -> !hasUsualTargets(all, curve)))
            both(
                    new CurveFigures(
                            only(all, curve -> !isArm(curve) && hasTargets(curve)), scored.base()),
                    "by target modules",
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

    private void both(CurveFigures figures, String what, List<Picture> pictures) {
        add(pictures, titled(figures.learning(), "Learning " + what), "");
        add(pictures, titled(figures.forgetting(), "Forgetting " + what), "");
    }

    /** Nothing where nothing is scored. */
    private void add(List<Picture> pictures, Chart chart, String caption) {
        if (chart.series().stream().anyMatch(series -> !series.points().isEmpty()))
            pictures.add(picture(chart, "", INTERVALS + caption));
    }

    private static Chart titled(Chart chart, String title) {
        return new Chart(
                title, chart.x(), chart.y(), chart.series(), chart.baseLines(), chart.note());
    }

    /** Some of the curves, told apart by what still differs among them. */
    private static Curves only(Curves all, Predicate<Curve> shown) {
        List<Curve> curves = all.curves().stream().filter(shown).toList();
        List<String> fields =
                all.groupedBy().stream()
                        .filter(
                                field ->
                                        NAMES.contains(field)
                                                || curves.stream()
                                                                .filter(
                                                                        curve ->
                                                                                curve.group()
                                                                                        .containsKey(
                                                                                                field))
                                                                .map(
                                                                        curve ->
                                                                                curve.group()
                                                                                        .get(field))
                                                                .distinct()
                                                                .count()
                                                        > 1)
                        .toList();
        return new Curves(
                all.x(),
                fields,
                all.base(),
                curves.stream().map(curve -> named(curve, fields)).toList());
    }

    private static Curve named(Curve curve, List<String> fields) {
        Map<String, JsonNode> group = new LinkedHashMap<>(curve.group());
        group.keySet().retainAll(fields);
        return new Curve(group, curve.kind(), curve.points());
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
}
