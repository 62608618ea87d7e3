package dev.palimpsest.data;

import dev.palimpsest.spec.Regime;
import dev.palimpsest.spec.Sha256;

/**
 * How documents become rows of tokens: everything that the rows of a dataset depend on.
 *
 * @param apart whether documents of pretraining are kept from seeing each other
 */
public record Tokenization(Tokenizer tokenizer, Regime regime, int sequenceLength, boolean apart) {
    /** Goes up whenever equal documents would give other rows. */
    private static final int VERSION = 3;

    /** Tells equal tokenizations, also those of another process. */
    String fingerprint(Format format) {
        String day =
                format == Format.MESSAGES
                        ? tokenizer.chatTemplate().flatMap(ChatTemplate::day).orElse("")
                        : "";
        return Sha256.of(
                "%d %s %s %d %s %s"
                        .formatted(
                                VERSION,
                                tokenizer.fingerprint(),
                                regime,
                                sequenceLength,
                                apart,
                                day));
    }

    /** A document's tokens; an id that carries no loss is a complement. */
    int[] tokens(Document document) {
        int[] tokens = DocumentTokens.of(document, tokenizer);
        if (regime == Regime.PRETRAINING)
            for (int i = 0; i < tokens.length; i++)
                if (tokens[i] < 0) tokens[i] = Row.read(tokens[i]);
        return tokens;
    }
}
