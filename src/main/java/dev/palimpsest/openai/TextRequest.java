package dev.palimpsest.openai;

import com.fasterxml.jackson.annotation.JsonCreator;
import tools.jackson.databind.JsonNode;

/** Texts as they are sent, with fields that ask for nothing. */
record TextRequest(TextOrder order) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static TextRequest of(JsonNode json) {
        return new TextRequest(NotDone.bound(json, TextOrder.class));
    }
}
