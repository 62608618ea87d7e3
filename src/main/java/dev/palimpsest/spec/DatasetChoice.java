package dev.palimpsest.spec;

import org.jspecify.annotations.Nullable;

/**
 * The names of the datasets trained on and watched.
 *
 * @param maxTokens train on so many tokens' worth of documents, drawn by the run's seed, not on all
 */
public record DatasetChoice(String train, @Nullable String validation, @Nullable Long maxTokens) {
    public DatasetChoice {
        Faults faults = new Faults();
        faults.require(!train.isBlank(), "/train", "must name a dataset");
        if (maxTokens != null) faults.between(maxTokens, 1, 1L << 50, "/max_tokens");
        faults.raise();
    }
}
