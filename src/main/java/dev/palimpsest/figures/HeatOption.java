package dev.palimpsest.figures;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A heat chart in the library's words. */
final class HeatOption {
    /** Viridis, which grows lighter evenly and needs no colour vision. */
    private static final List<String> COLOURS =
            List.of(
                    "#440154", "#46327E", "#365C8D", "#277F8E", "#1FA187", "#4AC16D", "#A0DA39",
                    "#FDE725");

    private static final int LEFT = 110;
    private static final int RIGHT = 96;
    private static final int TOP = 56;
    private static final int ROOM_OF_A_NUMBER = 30;

    private final HeatChart chart;

    HeatOption(HeatChart chart) {
        this.chart = chart;
    }

    Map<String, Object> option() {
        List<Map<String, Object>> titles = new ArrayList<>();
        titles.add(Letters.heading(chart.title(), 10, Letters.TITLE));
        if (!chart.note().isBlank())
            titles.add(Letters.heading(chart.note(), chart.height() - 18, Letters.SMALL));
        titles.add(
                Map.of(
                        "text",
                        PlainText.cut(chart.value(), 16),
                        "right",
                        10,
                        "top",
                        TOP - 18,
                        "padding",
                        0,
                        "textStyle",
                        Map.of(
                                "fontSize",
                                Letters.SMALL,
                                "fontWeight",
                                "normal",
                                "color",
                                Letters.INK)));
        List<Map<String, Object>> grids = new ArrayList<>();
        List<Map<String, Object>> across = new ArrayList<>();
        List<Map<String, Object>> up = new ArrayList<>();
        List<Map<String, Object>> series = new ArrayList<>();
        int top = TOP;
        for (int i = 0; i < chart.panels().size(); i++) {
            HeatChart.Panel panel = chart.panels().get(i);
            titles.add(Letters.heading(PlainText.cut(panel.name(), 80), top - 18, 12));
            grids.add(
                    Map.of(
                            "show",
                            true,
                            "backgroundColor",
                            "#E8E8E8", // where a cell has no value
                            "borderWidth",
                            0,
                            "left",
                            LEFT,
                            "right",
                            RIGHT,
                            "top",
                            top,
                            "height",
                            HeatChart.plotHeight(panel)));
            across.add(
                    axis(
                            i,
                            IntStream.range(0, panel.columns()).mapToObj(String::valueOf).toList(),
                            chart.columnName()));
            up.add(axis(i, panel.rows().stream().map(HeatChart.Row::name).toList(), ""));
            series.add(cells(i, panel));
            top += HeatChart.height(panel);
        }
        Map<String, Object> option = new HashMap<>();
        option.put("animation", false);
        option.put("backgroundColor", "#FFFFFF");
        option.put("title", titles);
        option.put("grid", grids);
        option.put("xAxis", across);
        option.put("yAxis", up);
        option.put("series", series);
        option.put("visualMap", scale());
        return option;
    }

    private static Map<String, Object> axis(int grid, List<String> names, String name) {
        Map<String, Object> option = new HashMap<>();
        option.put("type", "category");
        option.put("gridIndex", grid);
        option.put("data", names.stream().map(one -> PlainText.cut(one, 16)).toList());
        option.put("inverse", name.isEmpty()); // rows are read from above
        option.put("name", name);
        option.put("nameLocation", "middle");
        option.put("nameGap", 24);
        option.put("nameTextStyle", Letters.style(12));
        option.put("axisLabel", Letters.style(Letters.SMALL));
        option.put("axisTick", Map.of("show", false));
        option.put("axisLine", Map.of("show", false));
        return option;
    }

    private static Map<String, Object> cells(int grid, HeatChart.Panel panel) {
        List<Map<String, Object>> cells = new ArrayList<>();
        int widest = 0;
        for (int row = 0; row < panel.rows().size(); row++) {
            List<@Nullable Double> values = panel.rows().get(row).cells();
            for (int column = 0; column < values.size(); column++) {
                Double value = values.get(column);
                if (value == null) continue;
                String text = Numbers.shortly(value);
                widest = Math.max(widest, Letters.width(text));
                cells.add(
                        Map.of(
                                "value", List.of(column, row, value),
                                "label", Map.of("formatter", text)));
            }
        }
        int room = (Figure.WIDTH - LEFT - RIGHT) / Math.max(1, panel.columns());
        return Map.of(
                "type",
                "heatmap",
                "xAxisIndex",
                grid,
                "yAxisIndex",
                grid,
                "silent",
                true,
                "itemStyle",
                Map.of("borderColor", "#FFFFFF", "borderWidth", 1),
                "label",
                Map.of(
                        "show",
                        room >= widest + 4 && room >= ROOM_OF_A_NUMBER,
                        "fontSize",
                        Letters.SMALL,
                        "fontFamily",
                        "sans-serif"),
                "data",
                cells);
    }

    private Map<String, Object> scale() {
        double low = chart.values().mapToDouble(value -> value).min().orElse(0);
        double high = chart.values().mapToDouble(value -> value).max().orElse(1);
        Map<String, Object> option = new HashMap<>();
        option.put("type", "continuous");
        option.put("min", low);
        option.put("max", high > low ? high : low + 1);
        option.put("dimension", 2);
        option.put("calculable", false);
        option.put("right", 14);
        option.put("top", TOP - 4);
        option.put("itemWidth", 14);
        option.put("itemHeight", 110);
        option.put("text", List.of(Numbers.shortly(high), Numbers.shortly(low)));
        option.put("textStyle", Letters.style(Letters.SMALL));
        option.put("inRange", Map.of("color", COLOURS));
        return option;
    }
}
