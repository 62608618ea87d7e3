package dev.palimpsest.mlflow;

import com.fasterxml.jackson.annotation.JsonCreator;
import dev.palimpsest.spec.InvalidSpec;
import dev.palimpsest.spec.Shape;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** A value of a metric; NaN and the infinities come in words. */
@Shape(
        """
        {"type": ["number", "string"], "pattern": "^(NaN|-?Infinity|-?[0-9]{1,30}([.][0-9]{1,30})?([eE][+-]?[0-9]{1,3})?)$"}""")
record RealNumber(double number) {
    private static final Pattern WORDS =
            Pattern.compile("NaN|-?Infinity|-?\\d{1,30}(\\.\\d{1,30})?([eE][+-]?\\d{1,3})?");

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static RealNumber of(JsonNode json) {
        if (json.isNumber()) return new RealNumber(json.asDouble());
        if (json.isString() && WORDS.matcher(json.stringValue()).matches())
            return new RealNumber(Double.parseDouble(json.stringValue()));
        throw new InvalidSpec("", "must be a number, got " + json);
    }
}
