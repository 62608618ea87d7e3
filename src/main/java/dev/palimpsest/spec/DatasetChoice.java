package dev.palimpsest.spec;

import org.jspecify.annotations.Nullable;

/** The names of the datasets trained on and watched. */
public record DatasetChoice(String train, @Nullable String validation) {
    public DatasetChoice {
        new Faults().require(!train.isBlank(), "/train", "must name a dataset").raise();
    }
}
