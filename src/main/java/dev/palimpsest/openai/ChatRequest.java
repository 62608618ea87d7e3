package dev.palimpsest.openai;

import com.fasterxml.jackson.annotation.JsonCreator;
import tools.jackson.databind.JsonNode;

/** A conversation as it is sent, with fields that ask for nothing. */
record ChatRequest(ChatOrder order) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static ChatRequest of(JsonNode json) {
        return new ChatRequest(NotDone.bound(json, ChatOrder.class));
    }
}
