package dev.palimpsest.data;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One training example as its dataset has it; each kind is written as its own line of JSON. */
public sealed interface Document {
    /** Its pieces of text in order, each tokenised by itself. */
    List<Piece> pieces();

    /** A run of text that is either answered (it carries loss) or only read. */
    record Piece(String text, boolean answered) {}

    /** Plain text, all of it learned. */
    record Text(String text) implements Document {
        @Override
        public List<Piece> pieces() {
            return List.of(new Piece(text, true));
        }
    }

    /** A prompt to read and a completion to learn. */
    record PromptCompletion(String prompt, String completion) implements Document {
        @Override
        public List<Piece> pieces() {
            return List.of(new Piece(prompt, false), new Piece(completion, true));
        }
    }

    /** A conversation; the assistant's turns are learned, but for those of no weight. */
    record Messages(List<Message> messages) implements Document {
        public Messages {
            messages = List.copyOf(messages);
        }

        /** Rendered as {@code User: …}, {@code Assistant: …}, one turn a line. */
        @Override
        public List<Piece> pieces() {
            List<Piece> pieces = new ArrayList<>();
            for (int i = 0; i < messages.size(); i++) {
                Message message = messages.get(i);
                String end = i + 1 < messages.size() ? "\n" : "";
                pieces.add(new Piece(message.role().label() + ":", false));
                pieces.add(new Piece(" " + message.content() + end, message.learned()));
            }
            return pieces;
        }
    }

    /** A row of any fields, of which nothing is learned. */
    record Fields(@JsonValue JsonNode row) implements Document {
        @Override
        public List<Piece> pieces() {
            return List.of(new Piece(row.toString(), false));
        }
    }

    /**
     * One turn of a conversation.
     *
     * @param weight 0 for a turn of the assistant that is only read; left out it is learned
     */
    record Message(
            Role role,
            String content,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer weight) {
        Message(Role role, String content) {
            this(role, content, null);
        }

        boolean learned() {
            return role == Role.ASSISTANT && (weight == null || weight > 0);
        }
    }

    /** Who speaks. */
    enum Role {
        SYSTEM,
        USER,
        ASSISTANT;

        String label() {
            return name().charAt(0) + name().substring(1).toLowerCase(Locale.ROOT);
        }
    }
}
