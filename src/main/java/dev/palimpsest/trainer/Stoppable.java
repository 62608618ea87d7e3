package dev.palimpsest.trainer;

import dev.palimpsest.model.LanguageModel;
import dev.palimpsest.training.TrainingLoop.Stopped;
import java.util.AbstractList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * A model that throws {@link Stopped} in the middle of a long answer: it reads requests batch by
 * batch, asks after each token whether its text is finished, and is asked between other work.
 */
record Stoppable(LanguageModel model, BooleanSupplier stopped) implements LanguageModel {
    @Override
    public List<Likelihood> logLikelihoods(List<Request> requests) {
        return model.logLikelihoods(
                new AbstractList<>() {
                    @Override
                    public Request get(int index) {
                        mayGoOn();
                        return requests.get(index);
                    }

                    @Override
                    public int size() {
                        return requests.size();
                    }
                });
    }

    @Override
    public List<List<List<Integer>>> generate(
            List<Prompt> prompts, Sampling sampling, Predicate<List<Integer>> finished) {
        return model.generate(
                prompts,
                sampling,
                written -> {
                    mayGoOn();
                    return finished.test(written);
                });
    }

    @Override
    public void mayGoOn() {
        if (stopped.getAsBoolean()) throw new Stopped();
    }
}
