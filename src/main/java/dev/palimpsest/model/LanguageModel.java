package dev.palimpsest.model;

import java.util.List;
import java.util.function.Predicate;

/** What a task asks of a model; token ids in, log-likelihoods or token ids out. */
public interface LanguageModel {
    /** A continuation to be scored after its context; neither list of token ids is empty. */
    record Request(List<Integer> context, List<Integer> continuation) {}

    /** The summed natural log-likelihood, and whether each token was the most likely one. */
    record Likelihood(double sum, boolean greedy) {}

    /** One answer a request, in their order, whatever the batches inside. */
    List<Likelihood> logLikelihoods(List<Request> requests);

    /**
     * The most likely next token, again and again, for each prompt; a row ends at {@code most}
     * tokens, at an end-of-text token (left out of the answer) or once {@code finished} holds for
     * its tokens.
     */
    List<List<Integer>> generate(
            List<List<Integer>> prompts, int most, Predicate<List<Integer>> finished);
}
