package dev.palimpsest.figures;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The names above a chart, in as many rows as they need. */
record Legend(List<List<String>> rows) {
    static final int ROW = 18;
    private static final int LONGEST = 60;
    private static final int AROUND_A_NAME = 50;
    private static final int ROOM = Figure.WIDTH - 40;

    /**
     * The series' names, then those of base lines, each once. Series of one name are told apart, as
     * the library knows a series by its name.
     */
    static List<String> names(Chart chart) {
        Set<String> taken = new HashSet<>();
        List<String> names = new ArrayList<>();
        for (BaseLine line : chart.baseLines()) if (taken.add(line.name())) names.add(line.name());
        int lines = names.size();
        for (Series series : chart.series()) names.add(unique(series.name(), taken));
        Collections.rotate(names, -lines);
        return names;
    }

    private static String unique(String name, Set<String> taken) {
        String shown = name.isBlank() ? "(no name)" : PlainText.cut(name, LONGEST);
        String unique = shown;
        for (int i = 2; !taken.add(unique); i++) unique = "%s (%d)".formatted(shown, i);
        return unique;
    }

    static Legend of(List<String> names) {
        List<List<String>> rows = new ArrayList<>();
        int left = 0;
        for (String name : names) {
            int width = Letters.width(name) + AROUND_A_NAME;
            if (width > left) {
                rows.add(new ArrayList<>());
                left = ROOM;
            }
            rows.getLast().add(name);
            left -= width;
        }
        return new Legend(rows);
    }

    int height() {
        return ROW * rows.size();
    }

    List<Map<String, Object>> option(int top) {
        List<Map<String, Object>> option = new ArrayList<>();
        for (int row = 0; row < rows.size(); row++)
            option.add(
                    Map.of(
                            "data",
                            rows.get(row),
                            "top",
                            top + ROW * row,
                            "left",
                            "center",
                            "padding",
                            0,
                            "itemGap",
                            14,
                            "itemWidth",
                            28,
                            "itemHeight",
                            9,
                            "selectedMode",
                            false,
                            "textStyle",
                            Letters.style(Letters.SMALL)));
        return option;
    }
}
