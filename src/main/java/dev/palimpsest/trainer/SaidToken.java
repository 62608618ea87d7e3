package dev.palimpsest.trainer;

import dev.palimpsest.data.Tokenizer;
import dev.palimpsest.model.Chance;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A token of a text, and how likely it was.
 *
 * @param at how many code points of the text stand before it
 * @param log of its probability, to the base e; null for one that nothing foresaw
 * @param likeliest the likeliest tokens at its place, in order
 */
public record SaidToken(String text, int at, @Nullable Double log, List<Likely> likeliest) {
    public SaidToken {
        likeliest = List.copyOf(likeliest);
    }

    /** One that might have been said. */
    public record Likely(String text, double log) {}

    static SaidToken of(Chance chance, int at, Tokenizer tokenizer) {
        return new SaidToken(
                tokenizer.continued(List.of(chance.token())),
                at,
                chance.log(),
                chance.likeliest().stream()
                        .map(
                                other ->
                                        new Likely(
                                                tokenizer.continued(List.of(other.token())),
                                                other.log()))
                        .toList());
    }
}
