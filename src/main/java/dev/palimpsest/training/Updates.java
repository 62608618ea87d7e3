package dev.palimpsest.training;

import dev.palimpsest.model.Adapter;
import dev.palimpsest.model.Parameter;
import dev.palimpsest.spec.Optimizer;
import dev.palimpsest.torch.Kernels;
import dev.palimpsest.torch.Memory;
import dev.palimpsest.torch.Scope;
import dev.palimpsest.torch.Tensor;
import dev.palimpsest.training.Rule.Rate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Clips the gradients of all parameters together, and updates those group by group. */
final class Updates {
    private static final String COUNT = "updates";

    private final Rule rule;
    private final Kernels kernels;
    private final List<Tensor> gradients;
    private final Map<String, Tensor> state = new LinkedHashMap<>();
    private final List<Group> groups = new ArrayList<>();

    /** Parameters of one rate and one decay, and what the rule keeps for them. */
    private record Group(
            double ratio, double decay, List<Parameter> parameters, List<List<Tensor>> kept) {}

    private record Settings(double ratio, double decay) {}

    /**
     * What is kept starts at zero, or where {@code start}, from {@link #state()}, says.
     *
     * @param ratio by what an adapter's B learns faster than all else (LoRA+)
     */
    Updates(
            Optimizer optimizer,
            double ratio,
            List<Parameter> parameters,
            Map<String, Tensor> start,
            Scope owner,
            Memory memory) {
        this.rule = Rule.of(optimizer);
        this.kernels = Kernels.load(owner, "optimizer", Map.of());
        this.gradients = parameters.stream().map(Parameter::gradient).toList();
        for (Parameter parameter : parameters)
            for (String kept : rule.kept()) {
                String name = kept + "." + parameter.name();
                state.put(
                        name,
                        start.isEmpty()
                                ? kept.equals(COUNT)
                                        ? owner.number(0f)
                                        : memory.zerosLike(owner, parameter.value())
                                : Objects.requireNonNull(start.get(name), name));
            }
        Map<Settings, List<Parameter>> grouped = new LinkedHashMap<>();
        for (Parameter parameter : parameters) {
            boolean decays =
                    optimizer.decayNormsAndBiases() || parameter.value().shape().length > 1;
            Settings settings =
                    new Settings(
                            Adapter.isB(parameter.name()) ? ratio : 1,
                            decays ? optimizer.weightDecay() : 0);
            grouped.computeIfAbsent(settings, _ -> new ArrayList<>()).add(parameter);
        }
        grouped.forEach(
                (settings, members) ->
                        groups.add(
                                new Group(
                                        settings.ratio(),
                                        settings.decay(),
                                        members,
                                        rule.kept().stream()
                                                .map(kept -> kept(kept, members))
                                                .toList())));
    }

    private List<Tensor> kept(String kept, List<Parameter> members) {
        return members.stream()
                .map(member -> Objects.requireNonNull(state.get(kept + "." + member.name())))
                .toList();
    }

    /** Scales the gradients to a global 2-norm of at most {@code most}; returns the norm before. */
    double clip(double most, Scope scope) {
        return kernels.one(scope, "clip", most, gradients).floats()[0];
    }

    /** One update; afterwards the gradients are zero. */
    void update(Rate rate, Scope scope) {
        for (Group group : groups)
            rule.apply(
                    kernels,
                    scope,
                    group.parameters(),
                    group.kept(),
                    rate.times(group.ratio()),
                    group.decay());
        kernels.one(scope, "zero", gradients);
    }

    /** What a resumed run needs, by name and parameter. */
    Map<String, Tensor> state() {
        return Collections.unmodifiableMap(state); // in order, as it will be written
    }
}
