package dev.palimpsest.evaluation;

import dev.palimpsest.data.InvalidData;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** A line of a benchmark's file; fields that no prompt needs may be there too. */
record BenchmarkRow(JsonNode json) {
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
