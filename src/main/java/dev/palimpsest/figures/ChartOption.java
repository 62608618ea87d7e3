package dev.palimpsest.figures;

import dev.palimpsest.figures.BaseLine.Direction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A chart in the library's words. */
final class ChartOption {
    private static final int LEGEND_TOP = 34;
    private static final int MARK = 6;
    private static final int LARGER = 12;
    private static final String GRID = "#DDDDDD";
    private static final String FRONT = "#888888";
    private static final double CAP = 3.5; // to each side
    private static final int RIGHT = 24;
    private static final int EXACT = -1; // the library would round to two digits

    private final Chart chart;
    private final Ticks x;
    private final Ticks y;
    private final List<String> names;
    private final Legend legend;

    ChartOption(Chart chart) {
        this.chart = chart;
        x = Ticks.of(chart.x(), Extent.of(chart, Direction.UP, Point::x, Point::alongX).values());
        y =
                Ticks.of(
                        chart.y(),
                        Extent.of(chart, Direction.ACROSS, Point::y, Point::alongY).values());
        names = Legend.names(chart);
        legend = Legend.of(names);
    }

    private int labels() {
        return y.ticks().stream().mapToInt(tick -> Letters.width(tick.label())).max().orElse(0);
    }

    private int left() {
        return 42 + labels();
    }

    private int top() {
        return LEGEND_TOP + legend.height() + 12;
    }

    private int bottom() {
        return chart.note().isBlank() ? 50 : 68;
    }

    Map<String, Object> option() {
        return Map.of(
                "animation", false,
                "backgroundColor", "#FFFFFF",
                "title", titles(),
                "legend", legend.option(LEGEND_TOP),
                "grid",
                        Map.of(
                                "left", left(),
                                "right", RIGHT,
                                "top", top(),
                                "bottom", bottom()),
                "xAxis", axis(chart.x(), x, 26),
                "yAxis", axis(chart.y(), y, labels() + 18),
                "markLine", Map.of("z", 0), // of all series alike
                "series", series());
    }

    private List<Map<String, Object>> titles() {
        List<Map<String, Object>> titles = new ArrayList<>();
        titles.add(Letters.heading(chart.title(), 10, Letters.TITLE));
        if (!chart.note().isBlank())
            titles.add(Letters.heading(chart.note(), chart.height() - 18, Letters.SMALL));
        return titles;
    }

    private static Map<String, Object> axis(Axis axis, Ticks ticks, int gap) {
        Map<String, Object> hidden = Map.of("show", false);
        Map<String, Object> option = new HashMap<>();
        option.put("type", axis.scale() == Axis.Scale.LOG ? "log" : "value");
        option.put("min", ticks.min());
        option.put("max", ticks.max());
        option.put("name", axis.label());
        option.put("nameLocation", "middle");
        option.put("nameGap", gap);
        option.put("nameTextStyle", Letters.style(12));
        option.put("axisLabel", hidden);
        option.put("axisTick", hidden);
        option.put("splitLine", hidden);
        option.put(
                "axisLine",
                Map.of("show", true, "onZero", false, "lineStyle", Map.of("color", Letters.INK)));
        return option;
    }

    private List<Map<String, Object>> series() {
        List<Map<String, Object>> all = new ArrayList<>();
        all.add(grid());
        for (int i = 0; i < chart.series().size(); i++)
            add(all, names.get(i), chart.series().get(i));
        Map<String, List<BaseLine>> lines =
                chart.baseLines().stream().collect(Collectors.groupingBy(BaseLine::name));
        for (String name : names.subList(chart.series().size(), names.size()))
            all.add(base(name, lines.getOrDefault(name, List.of())));
        return all;
    }

    private void add(List<Map<String, Object>> all, String name, Series series) {
        Look look = Look.of(series.look());
        switch (series.kind()) {
            case FRONT -> all.add(front(name, series));
            case JOINED, DOTTED, POINTS -> {
                all.add(marks(name, series, look));
                Bars bars = new Bars(x, y, CAP / width(), CAP / height());
                series.points().forEach(bars::add);
                if (!bars.lines().isEmpty()) all.add(bars(bars, look));
            }
        }
    }

    /** The ticks are lines with labels, as the library places its own where it likes. */
    private Map<String, Object> grid() {
        List<Map<String, Object>> lines = new ArrayList<>();
        for (Ticks.Tick tick : x.ticks()) lines.add(line("xAxis", tick));
        for (Ticks.Tick tick : y.ticks()) lines.add(line("yAxis", tick));
        return Map.of(
                "type", "line",
                "data", List.of(),
                "markLine",
                        Map.of(
                                "precision",
                                EXACT,
                                "silent",
                                true,
                                "z",
                                0,
                                "symbol",
                                "none",
                                "lineStyle",
                                Map.of("color", GRID, "type", "solid", "width", 1),
                                "data",
                                lines));
    }

    private static Map<String, Object> line(String axis, Ticks.Tick tick) {
        Map<String, Object> label = new HashMap<>(Letters.style(Letters.SMALL));
        label.put("position", "start");
        label.put("formatter", PlainText.cut(tick.label(), 24));
        return Map.of(axis, tick.value(), "label", label);
    }

    /** All lines of one name; without marks, of which the legend would show an invisible one. */
    private static Map<String, Object> base(String name, List<BaseLine> lines) {
        Map<String, Object> dashed = Map.of("color", Letters.INK, "type", "dashed", "width", 1.5);
        return Map.of(
                "type",
                "line",
                "name",
                name,
                "data",
                List.of(),
                "itemStyle",
                Map.of("color", "transparent"),
                "lineStyle",
                dashed,
                "markLine",
                Map.of(
                        "silent",
                        true,
                        "precision",
                        EXACT,
                        "symbol",
                        "none",
                        "label",
                        Map.of("show", false),
                        "lineStyle",
                        dashed,
                        "data",
                        lines.stream().map(line -> Map.of(axis(line), line.value())).toList()));
    }

    private static String axis(BaseLine line) {
        return switch (line.direction()) {
            case ACROSS -> "yAxis";
            case UP -> "xAxis";
        };
    }

    private static Map<String, Object> front(String name, Series series) {
        return Map.of(
                "type",
                "line",
                "name",
                name,
                "z",
                1,
                "clip",
                false,
                "silent",
                true,
                "symbol",
                "none",
                "step",
                "end",
                "itemStyle",
                Map.of("color", "transparent"),
                "lineStyle",
                Map.of("color", FRONT, "width", 4, "opacity", 0.45),
                "data",
                series.points().stream().map(point -> List.of(point.x(), point.y())).toList());
    }

    private static Map<String, Object> marks(String name, Series series, Look look) {
        boolean hollow = series.kind() == Series.Kind.DOTTED;
        Map<String, Object> option = new HashMap<>();
        option.put("type", "line");
        option.put("name", name);
        option.put("z", 3);
        option.put("clip", false);
        option.put("silent", true);
        option.put("showAllSymbol", true);
        option.put("symbol", look.shape());
        option.put(
                "itemStyle",
                Map.of(
                        "color", hollow ? "#FFFFFF" : look.colour(),
                        "borderColor", look.colour(),
                        "borderWidth", hollow ? 1.5 : 0));
        option.put(
                "lineStyle",
                Map.of(
                        "color", look.colour(),
                        "width", series.kind() == Series.Kind.POINTS ? 0 : 1.6,
                        "type", hollow ? "dotted" : "solid"));
        option.put("data", data(series));
        return option;
    }

    private static List<Map<String, Object>> data(Series series) {
        List<Map<String, Object>> data = new ArrayList<>();
        for (int i = 0; i < series.points().size(); i++) {
            if (series.gaps().contains(i)) data.add(Map.of("value", List.of("-", "-")));
            data.add(mark(series.points().get(i)));
        }
        return data;
    }

    private static Map<String, Object> mark(Point point) {
        return Map.of(
                "value", List.of(point.x(), point.y()), "symbolSize", MARK + LARGER * point.size());
    }

    /** All bars of a series are one path. */
    private static Map<String, Object> bars(Bars bars, Look look) {
        return Map.of(
                "type",
                "lines",
                "coordinateSystem",
                "cartesian2d",
                "z",
                2,
                "silent",
                true,
                "clip",
                false,
                "large",
                true,
                "largeThreshold",
                0,
                "lineStyle",
                Map.of("color", look.colour(), "width", 1.2, "opacity", 1),
                "data",
                bars.lines().stream().map(line -> Map.of("coords", line)).toList());
    }

    private double width() {
        return Figure.WIDTH - left() - RIGHT;
    }

    private double height() {
        return chart.height() - top() - bottom();
    }
}
