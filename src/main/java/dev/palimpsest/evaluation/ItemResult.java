package dev.palimpsest.evaluation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One item's outcome: options for a choice, generations for generated answers, one option without a
 * choice for perplexity.
 */
public record ItemResult(
        int index,
        String document,
        List<Option> options,
        @Nullable Integer choice,
        @Nullable Integer gold,
        boolean correct,
        List<Generated> generations) {
    /** The same under another number. */
    ItemResult numbered(int number) {
        return new ItemResult(number, document, options, choice, gold, correct, generations);
    }

    /** A continuation and its summed log-likelihood in nats. */
    public record Option(String text, double logLikelihood, int tokens, int characters) {}

    /**
     * What the model wrote, and whether it passed.
     *
     * @param verdict how a program ended, in words; none where nothing was run
     */
    public record Generated(String text, boolean passed, @Nullable String verdict) {}
}
