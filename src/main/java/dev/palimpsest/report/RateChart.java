package dev.palimpsest.report;

import dev.palimpsest.advice.Advice.Support;
import dev.palimpsest.advice.Findings.AtRate;
import dev.palimpsest.advice.Findings.Rates;
import dev.palimpsest.analysis.ScoreAxis;
import dev.palimpsest.evaluation.ScoreKind;
import dev.palimpsest.figures.Axis;
import dev.palimpsest.figures.Chart;
import dev.palimpsest.figures.Point;
import dev.palimpsest.figures.Series;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Learning against the learning rate (paper, figures S1 and S2). */
final class RateChart {
    private RateChart() {}

    /** None where no condition was run at several rates. */
    static Stream<Chart> of(List<Rates> swept, @Nullable ScoreKind learningKind) {
        List<Series> series = new ArrayList<>();
        for (Rates condition : swept) {
            Series curve =
                    Series.joined(
                            condition.condition(),
                            series.size() % Chart.MOST_SERIES,
                            places(condition));
            if (curve.points().size() > 1) series.add(curve);
        }
        if (series.isEmpty()) return Stream.empty();
        int shown = Math.min(series.size(), Chart.MOST_SERIES);
        return Stream.of(
                new Chart(
                        "Learning by learning rate",
                        Axis.log("learning rate", ""),
                        ScoreAxis.of("learning", learningKind),
                        series.subList(0, shown),
                        List.of(),
                        shown == series.size()
                                ? ""
                                : "%d of %d curves".formatted(shown, series.size())));
    }

    /** Empty where all jobs diverged. */
    private static List<Optional<Point>> places(Rates condition) {
        return condition.rates().stream()
                .filter(rate -> rate.ends() == null ? rate.diverged() > 0 : rate.rate() > 0)
                .map(rate -> Optional.ofNullable(rate.ends()).map(ends -> point(rate, ends)))
                .toList();
    }

    private static Point point(AtRate rate, Support ends) {
        return Point.of(rate.rate(), ends.learning().mean(), ScoreAxis.interval(ends.learning()));
    }
}
