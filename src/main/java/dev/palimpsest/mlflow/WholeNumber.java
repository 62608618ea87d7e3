package dev.palimpsest.mlflow;

import com.fasterxml.jackson.annotation.JsonCreator;
import dev.palimpsest.spec.InvalidSpec;
import dev.palimpsest.spec.Shape;
import tools.jackson.databind.JsonNode;

/** A 64-bit number, which clients in Java and Go send in quotes, as protocol buffers have it. */
@Shape(
        """
        {"type": ["integer", "string"], "format": "int64", "pattern": "^-?[0-9]{1,18}$"}""")
record WholeNumber(long number) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static WholeNumber of(JsonNode json) {
        if (json.isIntegralNumber() && json.canConvertToLong())
            return new WholeNumber(json.longValue());
        if (json.isString() && json.stringValue().matches("-?\\d{1,18}"))
            return new WholeNumber(Long.parseLong(json.stringValue()));
        throw new InvalidSpec("", "must be a whole number, got " + json);
    }
}
