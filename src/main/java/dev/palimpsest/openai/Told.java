package dev.palimpsest.openai;

import dev.palimpsest.completions.Piece;
import dev.palimpsest.trainer.SaidToken;
import dev.palimpsest.trainer.TrainerEvent.TextEnding;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One text as far as it was told. */
final class Told {
    private final StringBuilder text = new StringBuilder();
    private boolean fresh = true;
    private final List<SaidToken> tokens = new ArrayList<>();
    private int count;
    private @Nullable TextEnding ending;

    /** Whether nothing of it was told yet. */
    boolean isNew() {
        return fresh;
    }

    void hear(Piece piece) {
        fresh = false;
        text.append(piece.text());
        tokens.addAll(piece.told());
        count = piece.tokens();
        ending = piece.ending();
    }

    String text() {
        return text.toString();
    }

    /** Of those that were told. */
    List<SaidToken> tokens() {
        return tokens;
    }

    /** Of all that were written. */
    int count() {
        return count;
    }

    @Nullable TextEnding ending() {
        return ending;
    }
}
