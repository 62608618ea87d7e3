package dev.palimpsest.evaluation;

import dev.palimpsest.data.Tokenizer;
import dev.palimpsest.model.LanguageModel;
import dev.palimpsest.model.LanguageModel.Request;
import dev.palimpsest.spec.Convention;
import java.util.List;

/** How a task asks and judges. */
public sealed interface Mechanism
        permits Perplexity, MultipleChoice, Schema, GenerateAndMatch, GenerateAndRun {
    Primary primary();

    /** The same by another convention's rules, where that has other ones. */
    default Mechanism under(Convention convention) {
        return this;
    }

    /**
     * Token ids that a model reads.
     *
     * @param continuation whose log-likelihood counts; empty where a text is to be written
     */
    record Asking(List<Integer> context, List<Integer> continuation) {
        static Asking of(Request request) {
            return new Asking(request.context(), request.continuation());
        }

        static Asking of(String prompt, Tokenizer tokenizer) {
            return new Asking(Continuation.boxed(tokenizer.encode(prompt)), List.of());
        }
    }

    /** What a model is asked, item by item. */
    List<List<Asking>> asked(ItemFile items, Tokenizer tokenizer);

    TaskResult score(String task, ItemFile items, LanguageModel model, Tokenizer tokenizer);
}
