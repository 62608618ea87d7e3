package dev.palimpsest.openai;

import dev.palimpsest.completions.Piece;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Answers as {@code text_completion}.
 *
 * @param likely whether it tells how likely each token was
 */
record TextAnswer(Head head, boolean likely) implements Answer {
    @Override
    public Object whole(List<Told> texts, Usage usage) {
        return completion(
                IntStream.range(0, texts.size()).mapToObj(i -> choice(i, texts.get(i))).toList(),
                usage);
    }

    private TextCompletion.Choice choice(int index, Told told) {
        return new TextCompletion.Choice(
                index, told.text(), likely ? TextLogprobs.of(told.tokens()) : null, told.ending());
    }

    @Override
    public @Nullable Object opening(int choice) {
        return null;
    }

    @Override
    public Object part(Piece piece) {
        return completion(
                List.of(
                        new TextCompletion.Choice(
                                piece.choice(),
                                piece.text(),
                                piece.told().isEmpty() ? null : TextLogprobs.of(piece.told()),
                                piece.ending())),
                null);
    }

    @Override
    public Object count(Usage usage) {
        return completion(List.of(), usage);
    }

    private TextCompletion completion(List<TextCompletion.Choice> choices, @Nullable Usage usage) {
        return new TextCompletion(
                head.id(), "text_completion", head.created(), head.model(), choices, usage);
    }
}
