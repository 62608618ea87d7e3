package dev.palimpsest.jinja;

import java.util.List;
import java.util.Map;

/** Values as Python writes them inside a list: {@code repr(value)}. */
final class Literals {
    private Literals() {}

    static void append(Object value, StringBuilder out, Budget budget) {
        budget.spend(1);
        budget.enter();
        switch (value) {
            case String text -> quoted(text, out, budget);
            case List<?> items -> {
                out.append('[');
                String between = "";
                for (Object item : items) {
                    out.append(between);
                    append(item, out, budget);
                    between = ", ";
                }
                out.append(']');
            }
            case Map<?, ?> map -> {
                out.append('{');
                String between = "";
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    out.append(between);
                    append(entry.getKey(), out, budget);
                    append(entry.getValue(), out.append(": "), budget);
                    between = ", ";
                }
                out.append('}');
            }
            default -> out.append(Python.scalar(value));
        }
        budget.leave();
    }

    private static void quoted(String text, StringBuilder out, Budget budget) {
        budget.spend(8L * text.length());
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        out.append(quote);
        text.codePoints().forEach(c -> character(c, quote, out));
        out.append(quote);
    }

    private static void character(int c, char quote, StringBuilder out) {
        if (c == quote || c == '\\') out.append('\\').appendCodePoint(c);
        else if (c == '\n') out.append("\\n");
        else if (c == '\r') out.append("\\r");
        else if (c == '\t') out.append("\\t");
        else if (c == ' ' || printable(c)) out.appendCodePoint(c);
        else if (c < 0x100) out.append("\\x%02x".formatted(c));
        else if (c < 0x10000) out.append("\\u%04x".formatted(c));
        else out.append("\\U%08x".formatted(c));
    }

    private static boolean printable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SPACE_SEPARATOR ->
                    false;
            case Character.UNASSIGNED -> // newer versions of Unicode may know it
                    throw new Refusal("writes out the unknown character U+%04X".formatted(c));
            default -> true;
        };
    }
}
