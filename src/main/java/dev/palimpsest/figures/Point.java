package dev.palimpsest.figures;

import org.jspecify.annotations.Nullable;

/**
 * A place in a chart.
 *
 * @param size of its mark, from 0, the smallest, to 1
 */
public record Point(
        double x, double y, @Nullable Interval alongX, @Nullable Interval alongY, double size) {
    private static final double USUAL = 0.25;

    public Point {
        if (!(size >= 0 && size <= 1))
            throw new IllegalArgumentException("size must be between 0 and 1, got " + size);
    }

    public static Point of(double x, double y, @Nullable Interval alongY) {
        return new Point(x, y, null, alongY, USUAL);
    }
}
