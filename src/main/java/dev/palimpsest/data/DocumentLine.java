package dev.palimpsest.data;

import dev.palimpsest.spec.Binder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;

/**
 * One line of a dataset as a document; {@link InvalidData} continues the sentence "line 7 …".
 * Fields that the format does not name are left alone, as datasets often carry more columns.
 */
final class DocumentLine {
    static final String BYTE_ORDER_MARK = "\uFEFF";

    private DocumentLine() {}

    static JsonNode json(byte[] bytes, boolean first) {
        String line = text(bytes);
        if (first && line.startsWith(BYTE_ORDER_MARK)) line = line.substring(1);
        if (line.isBlank()) throw new InvalidData("is blank");
        JsonNode json = json(line);
        if (!json.isObject()) throw new InvalidData("is not a JSON object");
        return json;
    }

    static Document document(JsonNode json, Format format) {
        return switch (format) {
            case TEXT -> new Document.Text(filled(json, "text"));
            case PROMPT_COMPLETION ->
                    new Document.PromptCompletion(
                            string(json, "prompt"), filled(json, "completion"));
            case MESSAGES -> new Document.Messages(messages(json));
            case ROWS -> new Document.Fields(storable(json));
        };
    }

    private static JsonNode storable(JsonNode row) {
        if (row.isEmpty()) throw new InvalidData("has no fields");
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(row.toString()))
            throw new InvalidData("has half a surrogate pair");
        return row;
    }

    static String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException broken) {
            throw new InvalidData("is not valid UTF-8", broken);
        }
    }

    private static JsonNode json(String line) {
        try {
            return Binder.JSON.readTree(line);
        } catch (JacksonException broken) {
            TokenStreamLocation at = broken.getLocation(); // none where a bound is passed
            throw new InvalidData(
                    "is not valid JSON%s: %s"
                            .formatted(
                                    at == null ? "" : " at column " + at.getColumnNr(),
                                    broken.getOriginalMessage().replaceAll("\\s+", " ")),
                    broken);
        }
    }

    private static List<Document.Message> messages(JsonNode json) {
        JsonNode turns = json.path("messages");
        if (turns.isMissingNode()) throw new InvalidData("has no field messages");
        if (!turns.isArray() || turns.isEmpty())
            throw new InvalidData("has messages that are not a list of turns");
        List<Document.Message> messages = new ArrayList<>();
        for (int i = 0; i < turns.size(); i++) messages.add(message(turns.get(i), i));
        if (messages.getLast().role() != Document.Role.ASSISTANT)
            throw new InvalidData("does not end with a turn of the assistant");
        if (messages.stream().noneMatch(Document.Message::learned))
            throw new InvalidData("has no turn of the assistant whose weight is not 0");
        return messages;
    }

    /** A turn is {role, content}, or as in ShareGPT {from, value} with other words for who. */
    private static Document.Message message(JsonNode turn, int index) {
        if (!turn.isObject())
            throw new InvalidData("has turn %d that is no object".formatted(index));
        if (!turn.has("role") && turn.has("from"))
            return new Document.Message(
                    role(from(turn), index), filled(turn, "value"), weight(turn, index));
        return new Document.Message(
                role(string(turn, "role"), index), filled(turn, "content"), weight(turn, index));
    }

    /** As OpenAI's files have it: whether a turn of the assistant carries loss. */
    private static @Nullable Integer weight(JsonNode turn, int index) {
        JsonNode weight = turn.path("weight");
        if (weight.isMissingNode() || weight.isNull()) return null;
        double value = weight.isNumber() ? weight.asDouble() : Double.NaN;
        if (value != 0 && value != 1)
            throw new InvalidData("has a weight in turn %d that is not 0 or 1".formatted(index));
        return (int) value;
    }

    private static String from(JsonNode turn) {
        String from = string(turn, "from");
        return switch (from) {
            case "human" -> "user";
            case "gpt" -> "assistant";
            default -> from;
        };
    }

    private static Document.Role role(String role, int index) {
        for (Document.Role known : Document.Role.values())
            if (known.name().toLowerCase(Locale.ROOT).equals(role)) return known;
        throw new InvalidData(
                "has the role '%s' in turn %d; use system, user or assistant"
                        .formatted(role, index));
    }

    private static String filled(JsonNode json, String field) {
        String value = string(json, field);
        if (value.isBlank()) throw new InvalidData("has an empty " + field);
        return value;
    }

    private static String string(JsonNode json, String field) {
        JsonNode value = json.path(field);
        if (value.isMissingNode()) throw new InvalidData("has no field " + field);
        if (!value.isString()) throw new InvalidData("has a " + field + " that is no string");
        String text = value.stringValue();
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text))
            throw new InvalidData("has half a surrogate pair in " + field);
        return text;
    }
}
