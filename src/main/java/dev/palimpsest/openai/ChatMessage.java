package dev.palimpsest.openai;

import com.fasterxml.jackson.annotation.JsonCreator;
import dev.palimpsest.data.Document;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.Faults;
import dev.palimpsest.spec.InvalidSpec;
import dev.palimpsest.spec.Shape;
import tools.jackson.databind.JsonNode;

/** One turn of a conversation as it is sent: its content is a text, or a list of parts of one. */
@Shape(
        """
        {"type": "object", "required": ["role", "content"], "properties": {
          "role": {"type": "string", "enum": ["system", "developer", "user", "assistant"]},
          "content": {"oneOf": [{"type": "string"}, {"type": "array", "minItems": 1, "items": {
            "type": "object", "required": ["type", "text"],
            "properties": {"type": {"const": "text"}, "text": {"type": "string"}}}}]}}}""")
record ChatMessage(Document.Role role, String content) {
    Document.Message turn() {
        return new Document.Message(role, content, null);
    }

    /** As clients write it; they send an answer back with its fields that are null. */
    record Sent(String role, JsonNode content) {
        static final String ROLES = "must be one of system, developer, user, assistant";

        ChatMessage message() {
            Faults faults = new Faults();
            Document.Role speaker =
                    switch (role) {
                        case "system", "developer" -> Document.Role.SYSTEM;
                        case "assistant" -> Document.Role.ASSISTANT;
                        case "user" -> Document.Role.USER;
                        default -> {
                            faults.refuse("/role", ROLES + ", got " + role);
                            yield Document.Role.USER;
                        }
                    };
            String text = text(faults);
            faults.raise();
            return new ChatMessage(speaker, text);
        }

        private String text(Faults faults) {
            if (content.isString()) return content.stringValue();
            boolean parts = content.isArray() && !content.isEmpty();
            faults.require(parts, "/content", "must be a string or a list of text parts");
            StringBuilder text = new StringBuilder();
            for (int i = 0; parts && i < content.size(); i++) {
                JsonNode part = content.get(i);
                boolean known =
                        part.path("type").asString("").equals("text")
                                && part.path("text").isString();
                faults.require(
                        known,
                        "/content/%d".formatted(i),
                        "must be {\"type\": \"text\", \"text\": …}; models here read text only");
                text.append(part.path("text").asString(""));
            }
            return text.toString();
        }
    }

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static ChatMessage of(JsonNode json) {
        if (!json.isObject()) throw new InvalidSpec("", "must be an object");
        Faults faults = new Faults();
        JsonNode known = NotDone.leftOut(json, Sent.class, faults);
        faults.raise();
        return Binder.bind(known, Sent.class).message();
    }
}
