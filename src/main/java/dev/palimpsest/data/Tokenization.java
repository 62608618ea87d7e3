package dev.palimpsest.data;

import dev.palimpsest.spec.Regime;
import dev.palimpsest.spec.Sha256;
import java.util.Arrays;

/** How documents become rows of tokens: everything that the rows of a dataset depend on. */
public record Tokenization(Tokenizer tokenizer, Regime regime, int sequenceLength) {
    /** Goes up whenever equal documents would give other rows. */
    private static final int VERSION = 1;

    /** Tells equal tokenizations, also those of another process. */
    public String fingerprint() {
        return Sha256.of(
                "%d %s %s %d".formatted(VERSION, tokenizer.fingerprint(), regime, sequenceLength));
    }

    /** A document's tokens and the end of its text; an id that carries no loss is a complement. */
    int[] tokens(Document document) {
        int[] tokens = {};
        for (Document.Piece piece : document.pieces()) {
            int[] ids = tokenizer.encode(piece.text());
            boolean learned = piece.answered() || regime == Regime.PRETRAINING;
            int before = tokens.length;
            tokens = Arrays.copyOf(tokens, before + ids.length);
            for (int i = 0; i < ids.length; i++)
                tokens[before + i] = learned ? ids[i] : Row.read(ids[i]);
        }
        int[] whole = Arrays.copyOf(tokens, tokens.length + 1);
        whole[tokens.length] = tokenizer.endOfText();
        return whole;
    }
}
