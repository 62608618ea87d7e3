package dev.palimpsest.training;

import dev.palimpsest.model.Parameter;
import dev.palimpsest.spec.Optimizer;
import dev.palimpsest.torch.Kernels;
import dev.palimpsest.torch.Scope;
import dev.palimpsest.torch.Tensor;
import java.util.List;

/** How gradients change the parameters of a group, in one call for all of them. */
sealed interface Rule {
    /** Names of the tensors kept for each parameter; those named as a count have one number. */
    List<String> kept();

    /**
     * One update.
     *
     * @param kept for each name, a tensor a parameter
     * @param rate this step's learning rate of the group, and the highest that its schedule reaches
     */
    void apply(
            Kernels kernels,
            Scope scope,
            List<Parameter> group,
            List<List<Tensor>> kept,
            Rate rate,
            double decay);

    /** A learning rate and its peak. */
    record Rate(double now, double peak) {
        Rate times(double factor) {
            return new Rate(now * factor, peak * factor);
        }
    }

    static Rule of(Optimizer optimizer) {
        return switch (optimizer) {
            case Optimizer.AdamW adamw -> new AdamW(adamw);
            case Optimizer.LionW lion -> new LionW(lion);
        };
    }

    private static List<Tensor> values(List<Parameter> group) {
        return group.stream().map(Parameter::value).toList();
    }

    private static List<Tensor> gradients(List<Parameter> group) {
        return group.stream().map(Parameter::gradient).toList();
    }

    /** torch.optim.AdamW, with two moments and a count of updates. */
    record AdamW(Optimizer.AdamW options) implements Rule {
        @Override
        public List<String> kept() {
            return List.of("first", "second", "updates");
        }

        @Override
        public void apply(
                Kernels kernels,
                Scope scope,
                List<Parameter> group,
                List<List<Tensor>> kept,
                Rate rate,
                double decay) {
            kernels.one(
                    scope,
                    "adamw",
                    rate.now(),
                    options.betas().getFirst(),
                    options.betas().getLast(),
                    options.eps(),
                    decay,
                    values(group),
                    gradients(group),
                    kept.get(0),
                    kept.get(1),
                    kept.get(2));
        }
    }

    /** Decoupled LionW, with one momentum. */
    record LionW(Optimizer.LionW options) implements Rule {
        @Override
        public List<String> kept() {
            return List.of("momentum");
        }

        @Override
        public void apply(
                Kernels kernels,
                Scope scope,
                List<Parameter> group,
                List<List<Tensor>> kept,
                Rate rate,
                double decay) {
            kernels.one(
                    scope,
                    "lionw",
                    rate.now(),
                    options.betas().getFirst(),
                    options.betas().getLast(),
                    decay * rate.now() / rate.peak(),
                    values(group),
                    gradients(group),
                    kept.get(0));
        }
    }
}
