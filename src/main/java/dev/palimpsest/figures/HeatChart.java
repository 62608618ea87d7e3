package dev.palimpsest.figures;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Values by row and column as colours, a panel above the other, all by one scale.
 *
 * @param value what the colours say
 * @param note small, below the panels; may be blank
 */
public record HeatChart(
        String title, String value, String columnName, List<Panel> panels, String note)
        implements Figure {
    private static final int ROW = 24;
    private static final int AROUND_A_PANEL = 68;
    private static final int AROUND_ALL = 50;
    private static final int NOTE = 18;
    private static final int LEAST = 150; // so that the scale fits

    /** One grid; the cells of a row stand in the order of the columns, from 0. */
    public record Panel(String name, List<Row> rows) {
        public Panel {
            rows = List.copyOf(rows);
        }

        int columns() {
            return rows.stream().mapToInt(row -> row.cells().size()).max().orElse(0);
        }
    }

    /** A row's values; null where there is none. */
    public record Row(String name, List<@Nullable Double> cells) {}

    public HeatChart {
        panels = List.copyOf(panels);
    }

    @Override
    public int height() {
        return AROUND_ALL
                + Math.max(LEAST, panels.stream().mapToInt(HeatChart::height).sum())
                + (note.isBlank() ? 0 : NOTE);
    }

    static int height(Panel panel) {
        return AROUND_A_PANEL + plotHeight(panel);
    }

    static int plotHeight(Panel panel) {
        return ROW * Math.max(1, panel.rows().size());
    }

    Stream<Double> values() {
        return panels.stream()
                .flatMap(panel -> panel.rows().stream())
                .flatMap(row -> row.cells().stream())
                .filter(Objects::nonNull);
    }
}
