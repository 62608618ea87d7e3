package dev.palimpsest.web;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Comma-separated values as RFC 4180 has them; what is not there is an empty cell. */
public final class Csv {
    /** Its media type. */
    public static final String TYPE = "text/csv;charset=UTF-8";

    private final StringBuilder text = new StringBuilder();

    public void line(List<? extends @Nullable Object> cells) {
        text.append(cells.stream().map(Csv::cell).collect(Collectors.joining(","))).append("\r\n");
    }

    public String text() {
        return text.toString();
    }

    private static String cell(@Nullable Object value) {
        String plain = Objects.toString(value, "");
        boolean quoted =
                plain.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return quoted ? '"' + plain.replace("\"", "\"\"") + '"' : plain;
    }
}
