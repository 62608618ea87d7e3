package dev.palimpsest.figures;

import java.util.List;

/**
 * Series of points between two axes.
 *
 * @param baseLines dashed, across the whole chart
 * @param note small, below the chart; may be blank
 */
public record Chart(
        String title, Axis x, Axis y, List<Series> series, List<BaseLine> baseLines, String note)
        implements Figure {
    /** More than these are not told apart by colour and shape. */
    public static final int MOST_SERIES = 14;

    private static final int HEIGHT = 420;
    private static final int ROWS_THAT_FIT = 3;

    public Chart {
        series = List.copyOf(series);
        baseLines = List.copyOf(baseLines);
        for (Series one : series)
            for (Point point : one.points()) {
                x.check(point.x());
                y.check(point.y());
            }
    }

    @Override
    public int height() {
        int rows = Legend.of(Legend.names(this)).rows().size();
        return HEIGHT + Legend.ROW * Math.max(0, rows - ROWS_THAT_FIT);
    }
}
