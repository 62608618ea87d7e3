package dev.palimpsest.openai;

import com.fasterxml.jackson.annotation.JsonCreator;
import dev.palimpsest.spec.Shape;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** One text or several, each to be continued. */
@Shape(
        """
        {"oneOf": [{"type": "string"}, {"type": "array", "minItems": 1, "maxItems": 8, "items": {"type": "string"}}]}""")
record PromptTexts(List<String> texts) {
    private static final int MOST = 8;

    PromptTexts {
        texts = List.copyOf(texts);
    }

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static PromptTexts of(JsonNode json) {
        return new PromptTexts(Texts.of(json, MOST));
    }
}
