package dev.palimpsest.model;

import dev.palimpsest.spec.Method.Lora;
import dev.palimpsest.spec.Method.Variant;
import dev.palimpsest.torch.Memory;
import dev.palimpsest.torch.Scope;
import dev.palimpsest.torch.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * PiSSA (Meng et al. 2024; peft, pissa_init): A and B begin as the largest singular values and
 * vectors of W, and W keeps the rest.
 *
 * @param residual the weights less the first A and B, on which the adapter is trained
 * @param first A and B as they were at the first step
 */
public record Pissa(Weights residual, Adapter adapter, Map<String, Tensor> first) {
    /** At the first step the sum of both is W again, up to rounding. */
    public static Pissa fresh(Lora method, Weights base, Scope scope, Memory memory) {
        Map<String, Tensor> first = new LinkedHashMap<>();
        for (String module : Adapter.modules(method, base.architecture())) {
            List<Tensor> factors =
                    memory.largestFactors(
                            scope, Adapter.weight(base, module), method.rank(), method.scale());
            first.put(Adapter.a(module), factors.getFirst());
            first.put(Adapter.b(module), factors.getLast());
        }
        Map<String, Tensor> trained = new LinkedHashMap<>();
        first.forEach((name, tensor) -> trained.put(name, memory.copy(scope, tensor)));
        return of(method, base, trained, first, scope, memory);
    }

    /** Where a checkpoint, written by {@link #write}, left it. */
    public static Pissa read(Lora method, Path folder, Weights base, Scope scope, Memory memory)
            throws IOException {
        Adapter written = Adapter.read(folder, base.architecture(), scope, memory);
        Map<String, Tensor> trained = new LinkedHashMap<>();
        Map<String, Tensor> first = new LinkedHashMap<>();
        written.named()
                .forEach(
                        (name, both) -> {
                            int side = Adapter.isB(name) ? 1 : 0;
                            double sign = Adapter.isB(name) ? -1 : 1;
                            trained.put(name, memory.half(scope, both, side, 0, 1));
                            first.put(name, memory.half(scope, both, side, 1, sign));
                        });
        return of(method, base, trained, first, scope, memory);
    }

    /**
     * Writes the change since the first step as a plain adapter of twice the rank, [A; A0] and [B,
     * -B0], which other tools put onto the untouched base model.
     */
    public void write(Path folder, String baseModel, Scope owner, Memory memory)
            throws IOException {
        Lora method = adapter.method();
        try (Scope scope = owner.nested()) {
            Map<String, Tensor> both = new LinkedHashMap<>();
            adapter.named()
                    .forEach(
                            (name, tensor) ->
                                    both.put(
                                            name,
                                            memory.joined(
                                                    scope,
                                                    tensor,
                                                    Objects.requireNonNull(first.get(name)),
                                                    Adapter.isB(name) ? 1 : 0,
                                                    Adapter.isB(name) ? -1 : 1)));
            Lora plain =
                    Lora.of(
                            2 * method.rank(),
                            2 * method.alpha(),
                            method.dropout(),
                            method.targetModules(),
                            Variant.STANDARD);
            new Adapter(plain, both).write(folder, baseModel);
        }
    }

    private static Pissa of(
            Lora method,
            Weights base,
            Map<String, Tensor> trained,
            Map<String, Tensor> first,
            Scope scope,
            Memory memory) {
        Map<String, Tensor> residual = new LinkedHashMap<>(base.named());
        for (String module : Adapter.modules(method, base.architecture())) {
            Tensor rest = memory.copy(scope, Adapter.weight(base, module));
            memory.addProduct(
                    scope,
                    rest,
                    Objects.requireNonNull(first.get(Adapter.b(module))),
                    Objects.requireNonNull(first.get(Adapter.a(module))),
                    -method.scale());
            residual.put(module + ".weight", rest);
        }
        return new Pissa(
                new Weights(base.architecture(), residual), new Adapter(method, trained), first);
    }
}
