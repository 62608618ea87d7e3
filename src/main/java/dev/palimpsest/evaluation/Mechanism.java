package dev.palimpsest.evaluation;

import dev.palimpsest.data.Tokenizer;
import dev.palimpsest.model.LanguageModel;
import dev.palimpsest.spec.Convention;

/** How a task asks and judges. */
public sealed interface Mechanism permits Perplexity, MultipleChoice, Schema, GenerateAndMatch {
    Primary primary();

    /** The same by another convention's rules, where that has other ones. */
    default Mechanism under(Convention convention) {
        return this;
    }

    TaskResult score(String task, ItemFile items, LanguageModel model, Tokenizer tokenizer);
}
