package dev.palimpsest.openai;

import dev.palimpsest.spec.InvalidSpec;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What may be one text or a list of them. */
final class Texts {
    private Texts() {}

    static List<String> of(JsonNode json, int most) {
        if (json.isString()) return List.of(json.stringValue());
        if (!json.isArray()
                || json.isEmpty()
                || json.size() > most
                || !json.valueStream().allMatch(JsonNode::isString))
            throw new InvalidSpec(
                    "", "must be a string or a list of 1 to %d strings".formatted(most));
        return json.valueStream().map(JsonNode::stringValue).toList();
    }
}
