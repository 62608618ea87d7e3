package dev.palimpsest.model;

import java.util.List;
import java.util.function.Predicate;

/** What a task asks of a model; token ids in, log-likelihoods or token ids out. */
public interface LanguageModel {
    /** A continuation to be scored after its context; neither list of token ids is empty. */
    record Request(List<Integer> context, List<Integer> continuation) {}

    /** The summed natural log-likelihood, and whether no token was likelier than any of its own. */
    record Likelihood(double sum, boolean greedy) {}

    /**
     * What is to be continued, and how often.
     *
     * @param seed of the first sample's random numbers; each further sample's is one more
     */
    record Prompt(List<Integer> tokens, int samples, long seed) {
        public Prompt {
            if (tokens.isEmpty() || samples < 1)
                throw new IllegalArgumentException("a prompt needs a token and a sample");
        }
    }

    /**
     * How tokens are chosen: logits are divided by the temperature, then only the {@code topK}
     * likeliest stay, then only those before which less than {@code topP} of the mass lies.
     *
     * @param temperature 0 chooses the likeliest token always
     * @param topK 0 keeps all
     * @param most tokens of a text
     * @param penalties come off the logits before anything else
     */
    record Sampling(double temperature, double topP, int topK, int most, Penalties penalties) {
        public Sampling(double temperature, double topP, int topK, int most) {
            this(temperature, topP, topK, most, Penalties.NONE);
        }

        public Sampling {
            if (temperature < 0 || topP <= 0 || topP > 1 || topK < 0 || most < 1)
                throw new IllegalArgumentException(
                        "there is no sampling with temperature %s, top-p %s, top-k %s, %s tokens"
                                .formatted(temperature, topP, topK, most));
        }

        public static Sampling greedy(int most) {
            return new Sampling(0, 1, 0, most);
        }
    }

    /**
     * What comes off the logit of a token that the text has already.
     *
     * @param frequency as often as it is there
     * @param presence once
     */
    record Penalties(double frequency, double presence) {
        public static final Penalties NONE = new Penalties(0, 0);

        boolean areNone() {
            return frequency == 0 && presence == 0;
        }

        double of(int times) {
            return frequency * times + presence;
        }
    }

    /** One answer a request, in their order, whatever the batches inside. */
    List<Likelihood> logLikelihoods(List<Request> requests);

    /**
     * Each prompt's samples, in order. A text ends at the most tokens, at an end-of-text token
     * (left out of the answer) or once {@code finished} holds for its tokens; what it says depends
     * on its prompt and seed, not on what else is asked.
     */
    List<List<List<Integer>>> generate(
            List<Prompt> prompts, Sampling sampling, Predicate<List<Integer>> finished);

    /** Asked between pieces of other work on its answers; throws where they are not wanted now. */
    default void mayGoOn() {}

    /** The likeliest text after each prompt, token by token. */
    default List<List<Integer>> generate(
            List<List<Integer>> prompts, int most, Predicate<List<Integer>> finished) {
        List<Prompt> once = prompts.stream().map(tokens -> new Prompt(tokens, 1, 0)).toList();
        return generate(once, Sampling.greedy(most), finished).stream()
                .map(List::getFirst)
                .toList();
    }
}
