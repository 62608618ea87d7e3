package dev.palimpsest.evaluation;

import dev.palimpsest.spec.Sha256;
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

    /** SHA-256 of all that was asked: equal sums were asked the same, exemplars and all. */
    public String promptHash() {
        Sha256 sum = new Sha256();
        sum.add(document);
        for (Option option : options) {
            sum.add("\n");
            sum.add(option.text());
        }
        return sum.hex();
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
