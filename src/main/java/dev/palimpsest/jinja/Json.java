package dev.palimpsest.jinja;

import java.util.List;
import java.util.Map;

/** {@code json.dumps(value, ensure_ascii=False, indent=…)}, which is transformers' tojson. */
final class Json {
    private final StringBuilder out = new StringBuilder();
    private final Budget budget;
    private final int indent; // below 0: all in one line

    private Json(Budget budget, int indent) {
        this.budget = budget;
        this.indent = indent;
    }

    static String text(Object value, int indent, Budget budget) {
        Json json = new Json(budget, indent);
        json.append(value, 0);
        budget.spend(json.out.length());
        return json.out.toString();
    }

    private void append(Object value, int depth) {
        budget.spend(1 + (long) Math.max(indent, 0) * depth);
        budget.enter();
        switch (value) {
            case String text -> quoted(text);
            case Boolean b -> out.append(b);
            case None _ -> out.append("null");
            case Long n -> out.append(n);
            case Double d -> out.append(Python.scalar(d));
            case List<?> items -> list(items, depth);
            case Tuple(var items) -> list(items, depth);
            case Map<?, ?> map -> map(map, depth);
            default -> throw new Refusal("writes %s as JSON".formatted(Python.kind(value)));
        }
        budget.leave();
    }

    private void list(List<?> items, int depth) {
        out.append('[');
        for (int i = 0; i < items.size(); i++) {
            before(i, depth);
            append(items.get(i), depth + 1);
        }
        if (!items.isEmpty()) newLine(depth);
        out.append(']');
    }

    private void map(Map<?, ?> map, int depth) {
        out.append('{');
        int i = 0;
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            before(i++, depth);
            quoted((String) entry.getKey());
            out.append(": ");
            append(entry.getValue(), depth + 1);
        }
        if (!map.isEmpty()) newLine(depth);
        out.append('}');
    }

    private void before(int index, int depth) {
        if (index > 0) out.append(indent < 0 ? ", " : ",");
        newLine(depth + 1);
    }

    private void newLine(int depth) {
        if (indent >= 0) out.append('\n').repeat(' ', indent * depth);
    }

    private void quoted(String text) {
        budget.spend(2L * text.length());
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                default -> {
                    if (c < 0x20) out.append("\\u%04x".formatted((int) c));
                    else out.append(c);
                }
            }
        }
        out.append('"');
    }
}
