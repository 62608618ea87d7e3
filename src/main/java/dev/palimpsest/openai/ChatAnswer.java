package dev.palimpsest.openai;

import dev.palimpsest.completions.Piece;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Answers as {@code chat.completion}.
 *
 * @param likely whether it tells how likely each token was
 */
record ChatAnswer(Head head, boolean likely) implements Answer {
    private static final String ROLE = "assistant";

    @Override
    public Object whole(List<Told> texts, Usage usage) {
        return new ChatCompletion(
                head.id(),
                "chat.completion",
                head.created(),
                head.model(),
                IntStream.range(0, texts.size()).mapToObj(i -> choice(i, texts.get(i))).toList(),
                usage);
    }

    private ChatCompletion.Choice choice(int index, Told told) {
        return new ChatCompletion.Choice(
                index,
                new ChatCompletion.Said(ROLE, told.text(), null),
                likely ? ChatLogprobs.of(told.tokens()) : null,
                told.ending());
    }

    @Override
    public Object opening(int choice) {
        return chunk(
                List.of(
                        new ChatCompletionChunk.Choice(
                                choice, new ChatCompletionChunk.Delta(ROLE, ""), null, null)),
                null);
    }

    /** The end of a text says nothing any more. */
    @Override
    public Object part(Piece piece) {
        String content = piece.text().isEmpty() ? null : piece.text();
        return chunk(
                List.of(
                        new ChatCompletionChunk.Choice(
                                piece.choice(),
                                new ChatCompletionChunk.Delta(null, content),
                                piece.told().isEmpty() ? null : ChatLogprobs.of(piece.told()),
                                piece.ending())),
                null);
    }

    @Override
    public Object count(Usage usage) {
        return chunk(List.of(), usage);
    }

    private ChatCompletionChunk chunk(
            List<ChatCompletionChunk.Choice> choices, @Nullable Usage usage) {
        return new ChatCompletionChunk(
                head.id(), "chat.completion.chunk", head.created(), head.model(), choices, usage);
    }
}
