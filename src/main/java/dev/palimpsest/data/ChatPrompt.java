package dev.palimpsest.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A conversation up to where the assistant speaks, in the tokens with which its model learns
 * conversations.
 *
 * @param stops texts with which the other side would begin to speak
 * @param spaced whether what is said begins with a space that is not meant
 */
public record ChatPrompt(List<Integer> tokens, List<String> stops, boolean spaced) {
    public ChatPrompt {
        tokens = List.copyOf(tokens);
        stops = List.copyOf(stops);
    }

    /** {@link InvalidData} says why the model's template refuses it. */
    public static ChatPrompt of(List<Document.Message> messages, Tokenizer tokenizer) {
        return tokenizer
                .chatTemplate()
                .map(
                        template ->
                                new ChatPrompt(
                                        boxed(tokenizer.encode(template.render(messages, true))),
                                        List.of(),
                                        false))
                .orElseGet(() -> plain(messages, tokenizer));
    }

    /** As {@link Document.Messages} is written for a model without a template. */
    private static ChatPrompt plain(List<Document.Message> messages, Tokenizer tokenizer) {
        List<Document.Message> turns = new ArrayList<>(messages);
        turns.add(new Document.Message(Document.Role.ASSISTANT, ""));
        List<Document.Piece> pieces = new Document.Messages(turns).pieces();
        List<Integer> tokens = new ArrayList<>();
        for (Document.Piece piece : pieces.subList(0, pieces.size() - 1))
            tokens.addAll(boxed(tokenizer.encode(piece.text())));
        return new ChatPrompt(tokens, List.of("\n" + Document.Role.USER.label() + ":"), true);
    }

    public static List<Integer> boxed(int[] tokens) {
        return Arrays.stream(tokens).boxed().toList();
    }
}
