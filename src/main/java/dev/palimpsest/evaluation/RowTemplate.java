package dev.palimpsest.evaluation;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.palimpsest.jinja.JinjaTemplate;
import dev.palimpsest.jinja.Refusal;
import dev.palimpsest.spec.InvalidSpec;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import tools.jackson.databind.JsonNode;

/**
 * A Jinja2 template over the columns of a row, read as lm-evaluation-harness reads {@code
 * doc_to_text}; a column whose name is no word is {@code row["its name"]}.
 */
public final class RowTemplate {
    /** No template tells the time: the items of a task are the same on every day. */
    private static final Clock NO_TIME = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

    private final String source;
    private final JinjaTemplate template;

    private RowTemplate(String source, JinjaTemplate template) {
        this.source = source;
        this.template = template;
    }

    /** Reads a text; {@link InvalidSpec} says where it is no template. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static RowTemplate of(JsonNode json) {
        if (!json.isString()) throw new InvalidSpec("", "must be a template, a text");
        try {
            JinjaTemplate template = JinjaTemplate.strict(json.stringValue());
            if (template.reads("strftime_now"))
                throw new InvalidSpec("", "writes the date, and items must stay as they are");
            return new RowTemplate(json.stringValue(), template);
        } catch (Refusal refusal) {
            throw new InvalidSpec("", "is a template that " + refusal.clause());
        }
    }

    @JsonValue
    String source() {
        return source;
    }

    /** What it writes of a row. */
    String text(BenchmarkRow row, String pointer) {
        return with(row, pointer, (values, size) -> template.render(values, size, NO_TIME).text());
    }

    /** Its value where it is one expression in braces and nothing else, and its text otherwise. */
    Object value(BenchmarkRow row, String pointer) {
        return with(row, pointer, (values, size) -> template.value(values, size, NO_TIME));
    }

    /** Each text of the list that its one expression gives. */
    List<String> texts(BenchmarkRow row, String pointer) {
        if (!(value(row, pointer) instanceof List<?> list))
            throw new InvalidSpec(pointer, "gives no list");
        return list.stream().map(item -> scalar(item, pointer)).toList();
    }

    private static String scalar(Object item, String pointer) {
        if (item instanceof String || item instanceof Long) return item.toString();
        throw new InvalidSpec(pointer, "gives a list of other things than texts");
    }

    private static <T> T with(
            BenchmarkRow row, String pointer, BiFunction<Map<String, Object>, Long, T> read) {
        try {
            return read.apply(row.values(), (long) row.json().toString().length());
        } catch (Refusal refusal) {
            throw new InvalidSpec(
                    pointer,
                    "%s; the columns are %s".formatted(refusal.clause(), columns(row.json())));
        }
    }

    private static String columns(JsonNode row) {
        return String.join(", ", row.propertyNames());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RowTemplate template && template.source.equals(source);
    }

    @Override
    public int hashCode() {
        return source.hashCode();
    }
}
