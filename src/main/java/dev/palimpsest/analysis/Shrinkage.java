package dev.palimpsest.analysis;

import dev.palimpsest.spec.Optimizer;
import dev.palimpsest.spec.Training;
import java.util.Locale;
import java.util.Optional;

/**
 * By what weight decay alone shrinks weights over a run, and by which of the two conventions
 * (paper, section 1.3).
 *
 * @param steps of the run
 * @param shrinks the share of a weight that is gone at its end, were there no gradients
 */
record Shrinkage(double weightDecay, long steps, double shrinks, String words) {
    /** None where nothing decays. */
    static Optional<Shrinkage> of(Training training, long steps) {
        double decay = training.optimizer().weightDecay();
        if (decay == 0) return Optional.empty();
        double logarithm = 0;
        for (long step = 0; step < steps; step++) {
            double multiple = training.schedule().multiple(step, steps);
            logarithm +=
                    Math.log1p(
                            -switch (training.optimizer()) {
                                case Optimizer.AdamW _ ->
                                        decay * training.learningRate() * multiple;
                                case Optimizer.LionW _ -> decay * multiple;
                            });
        }
        double shrinks = -Math.expm1(logarithm);
        return Optional.of(new Shrinkage(decay, steps, shrinks, words(training, steps, shrinks)));
    }

    private static String words(Training training, long steps, double shrinks) {
        String convention =
                switch (training.optimizer()) {
                    case Optimizer.AdamW _ ->
                            "decoupled as in torch.optim.AdamW: each step takes the rate times the decay";
                    case Optimizer.LionW _ ->
                            "fully decoupled as in the paper's LionW: each step takes the decay times the rate's share of"
                                    + " its peak";
                };
        return String.format(
                Locale.ROOT,
                "%s; by itself it shrinks weights by %.2f %% over %d steps",
                convention,
                100 * shrinks,
                steps);
    }
}
