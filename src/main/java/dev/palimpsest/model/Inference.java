package dev.palimpsest.model;

import java.util.List;
import java.util.function.Predicate;

/** A decoder that answers tasks. */
public final class Inference implements LanguageModel {
    /** What ends no text, for who hears each token and ends texts itself. */
    public static final int NO_TOKEN = -1;

    private final Decoder decoder;
    private final int endOfText;

    public Inference(Decoder decoder, int endOfText) {
        this.decoder = decoder;
        this.endOfText = endOfText;
    }

    @Override
    public List<Likelihood> logLikelihoods(List<Request> requests) {
        return Scoring.of(decoder, requests);
    }

    @Override
    public List<List<List<Integer>>> generate(
            List<Prompt> prompts, Sampling sampling, Predicate<List<Integer>> finished) {
        return generate(prompts, sampling, (_, _, written) -> !finished.test(written));
    }

    /** The same for who wants to know each token at once. */
    public List<List<List<Integer>>> generate(
            List<Prompt> prompts, Sampling sampling, Listener listener) {
        return new Generation(decoder, sampling, endOfText, listener).of(prompts);
    }

    /** Hears each token of each text as soon as it is chosen. */
    public interface Listener {
        /** Whether the text goes on, whose last token is new. */
        boolean goesOn(int prompt, int sample, List<Integer> written);
    }
}
