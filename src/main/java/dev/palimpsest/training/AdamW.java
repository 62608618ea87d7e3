package dev.palimpsest.training;

import dev.palimpsest.model.Parameter;
import dev.palimpsest.spec.Optimizer;
import dev.palimpsest.torch.Kernels;
import dev.palimpsest.torch.Memory;
import dev.palimpsest.torch.Scope;
import dev.palimpsest.torch.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Clipping and the AdamW update of all parameters in one call each, with its two moments in fp32.
 */
final class AdamW {
    private static final String FIRST = "first.";
    private static final String SECOND = "second.";
    private static final String UPDATES = "updates.";

    private final Optimizer.AdamW options;
    private final Kernels kernels;
    private final List<Parameter> parameters;
    private final List<Tensor> values;
    private final List<Tensor> gradients;
    private final List<Tensor> firstMoments = new ArrayList<>();
    private final List<Tensor> secondMoments = new ArrayList<>();
    private final List<Tensor> updates = new ArrayList<>();

    /** Moments start at zero, or where {@code state}, from {@link #state()}, says. */
    AdamW(
            Optimizer.AdamW options,
            List<Parameter> parameters,
            Map<String, Tensor> state,
            Scope owner,
            Memory memory) {
        this.options = options;
        this.kernels = Kernels.load(owner, "optimizer", Map.of());
        this.parameters = List.copyOf(parameters);
        this.values = parameters.stream().map(Parameter::value).toList();
        this.gradients = parameters.stream().map(Parameter::gradient).toList();
        for (Parameter parameter : parameters) {
            String name = parameter.name();
            if (!state.isEmpty()) {
                firstMoments.add(Objects.requireNonNull(state.get(FIRST + name)));
                secondMoments.add(Objects.requireNonNull(state.get(SECOND + name)));
                updates.add(Objects.requireNonNull(state.get(UPDATES + name)));
            } else {
                firstMoments.add(memory.zerosLike(owner, parameter.value()));
                secondMoments.add(memory.zerosLike(owner, parameter.value()));
                updates.add(owner.number(0f));
            }
        }
    }

    /** Scales the gradients to a global 2-norm of at most {@code most}; returns the norm before. */
    double clip(double most, Scope scope) {
        return kernels.one(scope, "clip", most, gradients).floats()[0];
    }

    /** One update at a learning rate; afterwards the gradients are zero. */
    void update(double rate, Scope scope) {
        kernels.one(
                scope,
                "adamw",
                rate,
                options.betas().getFirst(),
                options.betas().getLast(),
                options.eps(),
                options.weightDecay(),
                values,
                gradients,
                firstMoments,
                secondMoments,
                updates);
        kernels.one(scope, "zero", gradients);
    }

    /** What a resumed run needs: the moments and the update counts, by parameter. */
    Map<String, Tensor> state() {
        Map<String, Tensor> state = new LinkedHashMap<>();
        for (int i = 0; i < parameters.size(); i++) {
            String name = parameters.get(i).name();
            state.put(FIRST + name, firstMoments.get(i));
            state.put(SECOND + name, secondMoments.get(i));
            state.put(UPDATES + name, updates.get(i));
        }
        return state;
    }
}
