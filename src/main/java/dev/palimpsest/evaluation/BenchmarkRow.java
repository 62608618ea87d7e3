package dev.palimpsest.evaluation;

import dev.palimpsest.data.InvalidData;
import dev.palimpsest.jinja.JinjaTemplate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** A line of a benchmark's file; fields that no prompt needs may be there too. */
record BenchmarkRow(JsonNode json) {
    /** Its fields as a template reads them, and {@code row} for all of them together. */
    Map<String, Object> values() {
        Map<String, Object> values = new LinkedHashMap<>();
        Object all = value(json);
        values.put("row", all);
        if (all instanceof Map<?, ?> fields)
            fields.forEach((name, value) -> values.put((String) name, value));
        return values;
    }

    private static Object value(JsonNode json) {
        if (json.isArray()) return json.valueStream().map(BenchmarkRow::value).toList();
        if (json.isObject()) {
            Map<String, Object> fields = new LinkedHashMap<>();
            json.properties().forEach(field -> fields.put(field.getKey(), value(field.getValue())));
            return fields;
        }
        if (json.isString()) return json.stringValue();
        if (json.isBoolean()) return json.booleanValue();
        if (json.isIntegralNumber() && json.canConvertToLong()) return json.longValue();
        return json.isNumber() ? (Object) json.doubleValue() : JinjaTemplate.none();
    }

    boolean has(String field) {
        return json.path(field).isString();
    }

    String text(String field) {
        return text(json.path(field), field);
    }

    List<String> texts(String field) {
        return texts(json.path(field), field);
    }

    BenchmarkRow part(String field) {
        return new BenchmarkRow(json.path(field));
    }

    /** A whole number, which some editions of a benchmark write as text. */
    int number(String field) {
        try {
            return Integer.parseInt(json.path(field).asString(""));
        } catch (NumberFormatException _) {
            throw new InvalidData("its '%s' is no whole number".formatted(field));
        }
    }

    private static List<String> texts(JsonNode list, String field) {
        if (!list.isArray()) throw new InvalidData("it has no list '%s'".formatted(field));
        return list.valueStream().map(text -> text(text, field)).toList();
    }

    private static String text(JsonNode json, String field) {
        if (!json.isString()) throw new InvalidData("it has no text '%s'".formatted(field));
        return json.stringValue();
    }
}
