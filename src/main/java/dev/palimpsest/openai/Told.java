package dev.palimpsest.openai;

import dev.palimpsest.completions.Piece;
import dev.palimpsest.trainer.TrainerEvent.TextEnding;
import org.jspecify.annotations.Nullable;

/** One text as far as it was told. */
final class Told {
    private final StringBuilder text = new StringBuilder();
    private boolean fresh = true;
    private int tokens;
    private @Nullable TextEnding ending;

    /** Whether nothing of it was told yet. */
    boolean isNew() {
        return fresh;
    }

    void hear(Piece piece) {
        fresh = false;
        text.append(piece.text());
        tokens = piece.tokens();
        ending = piece.ending();
    }

    String text() {
        return text.toString();
    }

    int tokens() {
        return tokens;
    }

    @Nullable TextEnding ending() {
        return ending;
    }
}
