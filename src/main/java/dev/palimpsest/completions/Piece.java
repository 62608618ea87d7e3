package dev.palimpsest.completions;

import dev.palimpsest.trainer.SaidToken;
import dev.palimpsest.trainer.TrainerEvent.TextEnding;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a text has grown by.
 *
 * @param choice which of the texts that were asked for
 * @param tokens of all of the text so far
 * @param ending why nothing follows; null if something may
 * @param told the tokens that begin in it, if their chances are asked for
 */
public record Piece(
        int choice, String text, int tokens, @Nullable TextEnding ending, List<SaidToken> told) {}
