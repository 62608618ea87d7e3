package dev.palimpsest.evaluation;

import dev.palimpsest.data.Tokenizer;
import dev.palimpsest.model.LanguageModel;

/** How a task asks and judges. */
public sealed interface Mechanism permits Perplexity, MultipleChoice, GenerateAndMatch {
    Primary primary();

    TaskResult score(String task, ItemFile items, LanguageModel model, Tokenizer tokenizer);
}
