package dev.palimpsest.training;

import dev.palimpsest.model.Adapter;
import dev.palimpsest.model.Parameter;
import dev.palimpsest.spec.Optimizer;
import dev.palimpsest.spec.OptimizerState;
import dev.palimpsest.spec.Training;
import dev.palimpsest.torch.ElementType;
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
import java.util.OptionalInt;

/** Clips the gradients of all parameters together, and updates those group by group. */
final class Updates {
    private static final String COUNT = "updates";

    private final Rule rule;
    private final Kernels kernels;
    private final Memory memory;
    private final boolean offloaded;
    private final List<Tensor> gradients;
    private final Map<String, Tensor> state = new LinkedHashMap<>();
    private final List<Group> groups = new ArrayList<>();

    /** Parameters of one rate and one decay, and what the rule keeps for them. */
    private record Group(Settings settings, List<Parameter> parameters, List<List<Tensor>> kept) {
        List<Tensor> gradients() {
            return parameters.stream().map(Parameter::gradient).toList();
        }
    }

    private record Settings(double ratio, double decay, OptionalInt layer) {}

    /**
     * How parameters are updated.
     *
     * @param byLayer whether the layers are updated one by one
     * @param offloaded whether the state lies on the host, and visits the device for an update
     */
    record Options(Optimizer optimizer, OptimizerState state, boolean byLayer, boolean offloaded) {
        static Options of(Training training) {
            return new Options(
                    training.optimizer(),
                    training.optimizerState(),
                    training.optimizerInBackward() || training.optimizerOffload(),
                    training.optimizerOffload());
        }

        static Options plain(Optimizer optimizer) {
            return new Options(optimizer, OptimizerState.AS_WEIGHTS, false, false);
        }
    }

    /**
     * What is kept starts at zero, or where {@code start}, from {@link #state()}, says.
     *
     * @param ratio by what an adapter's B learns faster than all else (LoRA+)
     */
    Updates(
            Options options,
            double ratio,
            List<Parameter> parameters,
            Map<String, Tensor> start,
            Scope owner,
            Memory memory) {
        Optimizer optimizer = options.optimizer();
        this.rule = Rule.of(optimizer);
        this.kernels = Kernels.load(owner, "optimizer", Map.of());
        this.memory = memory;
        this.offloaded = options.offloaded();
        Scope keeper = keeper(offloaded, owner);
        this.gradients = parameters.stream().map(Parameter::gradient).toList();
        for (Parameter parameter : parameters)
            for (String kept : rule.kept()) {
                String name = kept + "." + parameter.name();
                state.put(
                        name,
                        start.isEmpty()
                                ? kept.equals(COUNT)
                                        ? keeper.number(0f)
                                        : zeros(parameter, options.state(), keeper, memory)
                                : Objects.requireNonNull(start.get(name), name));
            }
        Map<Settings, List<Parameter>> grouped = new LinkedHashMap<>();
        for (Parameter parameter : parameters) {
            boolean decays =
                    optimizer.decayNormsAndBiases() || parameter.value().shape().length > 1;
            Settings settings =
                    new Settings(
                            Adapter.isB(parameter.name()) ? ratio : 1,
                            decays ? optimizer.weightDecay() : 0,
                            options.byLayer() ? parameter.layer() : OptionalInt.empty());
            grouped.computeIfAbsent(settings, _ -> new ArrayList<>()).add(parameter);
        }
        grouped.forEach(
                (settings, members) ->
                        groups.add(
                                new Group(
                                        settings,
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

    private static Tensor zeros(
            Parameter parameter, OptimizerState kept, Scope keeper, Memory memory) {
        try (Scope call = keeper.nested()) {
            Tensor zeros = memory.on(call, memory.zerosLike(call, parameter.value()));
            return keeper.adopt(
                    kept == OptimizerState.BF16 ? memory.as(call, zeros, ElementType.BF16) : zeros);
        }
    }

    /** Where the state is kept. */
    static Scope keeper(boolean offloaded, Scope owner) {
        return offloaded ? owner.onHost() : owner;
    }

    /**
     * Scales the gradients to a global 2-norm of at most {@code most}, unless that is 0; returns
     * the norm before.
     */
    double clip(double most, Scope scope) {
        double limit = most == 0 ? Double.POSITIVE_INFINITY : most;
        return kernels.one(scope, "clip", limit, gradients).floats()[0];
    }

    /** The 2-norm of a layer's gradients, or of what is no layer's. */
    double norm(OptionalInt layer, Scope scope) {
        List<Tensor> some =
                groups.stream()
                        .filter(group -> group.settings().layer().equals(layer))
                        .flatMap(group -> group.gradients().stream())
                        .toList();
        return some.isEmpty()
                ? 0
                : kernels.one(scope, "clip", Double.POSITIVE_INFINITY, some).floats()[0];
    }

    /** One update of a layer alone, whose gradients are zero afterwards. */
    void update(OptionalInt layer, Rate rate, Scope scope) {
        for (Group group : groups) {
            if (!group.settings().layer().equals(layer)) continue;
            apply(group, rate, scope);
            kernels.one(scope, "zero", group.gradients());
        }
    }

    /** One update; afterwards the gradients are zero. */
    void update(Rate rate, Scope scope) {
        for (Group group : groups) apply(group, rate, scope);
        kernels.one(scope, "zero", gradients);
    }

    private void apply(Group group, Rate rate, Scope scope) {
        if (!offloaded) {
            apply(group, group.kept(), rate, scope);
            return;
        }
        try (Scope visit = scope.nested()) {
            List<List<Tensor>> here =
                    group.kept().stream()
                            .map(kept -> kept.stream().map(one -> memory.on(visit, one)).toList())
                            .toList();
            apply(group, here, rate, visit);
            for (int i = 0; i < here.size(); i++)
                memory.copyInto(visit, group.kept().get(i), here.get(i));
        }
    }

    private void apply(Group group, List<List<Tensor>> kept, Rate rate, Scope scope) {
        rule.apply(
                kernels,
                scope,
                group.parameters(),
                kept,
                rate.times(group.settings().ratio()),
                group.settings().decay());
    }

    /** What a resumed run needs, by name and parameter. */
    Map<String, Tensor> state() {
        return Collections.unmodifiableMap(state); // in order, as it will be written
    }
}
