package dev.palimpsest.report;

import dev.palimpsest.advice.Findings.AtRate;
import dev.palimpsest.advice.Findings.Rates;
import dev.palimpsest.analysis.ScoreAxis;
import dev.palimpsest.evaluation.ScoreKind;
import dev.palimpsest.figures.Axis;
import dev.palimpsest.figures.Chart;
import dev.palimpsest.figures.Point;
import dev.palimpsest.figures.Series;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Learning against the learning rate (paper, figures S1 and S2). */
final class RateChart {
    private RateChart() {}

    /** None where no condition was run at several rates. */
    static Stream<Chart> of(List<Rates> swept, @Nullable ScoreKind learningKind) {
        List<Series> series = new ArrayList<>();
        for (Rates condition : swept) {
            List<Point> points = new ArrayList<>();
            Set<Integer> gaps = new HashSet<>();
            for (AtRate rate : condition.rates())
                if (rate.ends() == null && rate.diverged() > 0) gaps.add(points.size());
                else if (rate.ends() != null && rate.rate() > 0)
                    points.add(
                            Point.of(
                                    rate.rate(),
                                    rate.ends().learning().mean(),
                                    ScoreAxis.interval(rate.ends().learning())));
            if (points.size() > 1)
                series.add(
                        new Series(
                                condition.condition(),
                                series.size() % Chart.MOST_SERIES,
                                Series.Kind.JOINED,
                                points,
                                gaps));
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
}
