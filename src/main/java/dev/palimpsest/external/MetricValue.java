package dev.palimpsest.external;

import com.fasterxml.jackson.annotation.JsonCreator;
import dev.palimpsest.spec.InvalidSpec;
import dev.palimpsest.spec.Shape;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.JsonNode;

/** What was measured; what JSON has no number for is said in words. */
@Shape(
        """
        {"type": ["number", "string"], "pattern": "^(NaN|-?Infinity)$"}""")
record MetricValue(double number) {
    private static final Map<String, Double> WORDS =
            Map.of(
                    "NaN", Double.NaN,
                    "Infinity", Double.POSITIVE_INFINITY,
                    "-Infinity", Double.NEGATIVE_INFINITY);

    /** Reads a number, {@code "NaN"}, {@code "Infinity"} or {@code "-Infinity"}. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static MetricValue of(JsonNode json) {
        if (json.isNumber() && Double.isFinite(json.asDouble()))
            return new MetricValue(json.asDouble());
        Double word = json.isString() ? WORDS.get(json.stringValue()) : null;
        if (word == null)
            throw new InvalidSpec(
                    "", "must be a number, \"NaN\", \"Infinity\" or \"-Infinity\", got " + json);
        return new MetricValue(word);
    }

    /** The number that a parser is at. */
    static MetricValue of(JsonParser json) {
        double number = json.getDoubleValue();
        if (!Double.isFinite(number)) throw new InvalidSpec("", "must be finite");
        return new MetricValue(number);
    }
}
