package dev.palimpsest.figures;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The values that an axis must show: those of all points and base lines, and of the intervals
 * unless they go so far beyond that nothing else could be read.
 */
record Extent(List<Double> values) {
    static Extent of(
            Chart chart,
            BaseLine.Direction direction,
            ToDoubleFunction<Point> value,
            Function<Point, @Nullable Interval> interval) {
        List<Double> values = new ArrayList<>();
        chart.baseLines().stream()
                .filter(line -> line.direction() == direction)
                .forEach(line -> values.add(line.value()));
        List<Point> points =
                chart.series().stream().flatMap(series -> series.points().stream()).toList();
        for (Point point : points) values.add(value.applyAsDouble(point));
        double low = values.stream().mapToDouble(v -> v).min().orElse(0);
        double high = values.stream().mapToDouble(v -> v).max().orElse(0);
        double beyond = high > low ? high - low : Double.MAX_VALUE;
        for (Point point : points) {
            Interval its = interval.apply(point);
            if (its == null) continue;
            values.add(Math.max(its.low(), low - beyond));
            values.add(Math.min(its.high(), high + beyond));
        }
        return new Extent(values);
    }
}
