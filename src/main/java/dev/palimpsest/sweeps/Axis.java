package dev.palimpsest.sweeps;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * A field that a sweep varies.
 *
 * @param field its dotted path into the job spec
 * @param pointer to its values, within the grid
 */
record Axis(String field, List<JsonNode> values, String pointer) {
    /** Whether it varies a field or something within it. */
    boolean isOf(String other) {
        return field.equals(other) || field.startsWith(other + ".");
    }

    Stream<Choice> choices() {
        return IntStream.range(0, values.size())
                .mapToObj(i -> new Choice(field, values.get(i), pointer, i));
    }
}
