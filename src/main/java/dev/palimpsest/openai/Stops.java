package dev.palimpsest.openai;

import com.fasterxml.jackson.annotation.JsonCreator;
import dev.palimpsest.spec.Faults;
import dev.palimpsest.spec.Shape;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** One text or several, each of which ends what is written. */
@Shape(
        """
        {"oneOf": [{"type": "string", "minLength": 1, "maxLength": 200},
          {"type": "array", "minItems": 1, "maxItems": 4, "items": {"type": "string", "minLength": 1, "maxLength": 200}}]}""")
record Stops(List<String> texts) {
    private static final int MOST = 4;
    private static final int LONGEST = 200;

    Stops {
        texts = List.copyOf(texts);
    }

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static Stops of(JsonNode json) {
        List<String> texts = Texts.of(json, MOST);
        Faults faults = new Faults();
        for (String text : texts)
            faults.require(
                    !text.isEmpty() && text.length() <= LONGEST,
                    "",
                    "must have 1 to %d characters".formatted(LONGEST));
        faults.raise();
        return new Stops(texts);
    }
}
