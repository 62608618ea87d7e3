package dev.palimpsest.model;

import java.util.List;
import java.util.function.Predicate;

/** A decoder that answers tasks. */
public final class Inference implements LanguageModel {
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
        return new Generation(decoder, sampling, endOfText, finished).of(prompts);
    }
}
