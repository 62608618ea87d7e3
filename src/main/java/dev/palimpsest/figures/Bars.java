package dev.palimpsest.figures;

import java.util.ArrayList;
import java.util.List;

/** Intervals as lines with a cap at each end; an end outside of the frame has none. */
record Bars(Ticks x, Ticks y, double capAlongX, double capAlongY, List<List<List<Double>>> lines) {
    Bars(Ticks x, Ticks y, double capAlongX, double capAlongY) {
        this(x, y, capAlongX, capAlongY, new ArrayList<>());
    }

    void add(Point point) {
        if (point.alongY() != null) up(point.x(), point.alongY());
        if (point.alongX() != null) across(point.alongX(), point.y());
    }

    private void up(double at, Interval bar) {
        line(at, within(y, bar.low()), at, within(y, bar.high()));
        for (double end : List.of(bar.low(), bar.high()))
            if (end == within(y, end))
                line(x.moved(at, -capAlongX), end, x.moved(at, capAlongX), end);
    }

    private void across(Interval bar, double at) {
        line(within(x, bar.low()), at, within(x, bar.high()), at);
        for (double end : List.of(bar.low(), bar.high()))
            if (end == within(x, end))
                line(end, y.moved(at, -capAlongY), end, y.moved(at, capAlongY));
    }

    private static double within(Ticks ticks, double value) {
        return Math.clamp(value, ticks.min(), ticks.max());
    }

    private void line(double fromX, double fromY, double toX, double toY) {
        lines.add(List.of(List.of(fromX, fromY), List.of(toX, toY)));
    }
}
