package dev.palimpsest.model;

import dev.palimpsest.torch.Memory;
import dev.palimpsest.torch.Scope;
import dev.palimpsest.torch.Tensor;
import java.util.List;
import java.util.Map;

/** A trained tensor and the gradient, in its number format, that backward passes add to. */
public record Parameter(String name, Tensor value, Tensor gradient) {
    /** Tensors with gradients of zero. */
    static List<Parameter> of(Map<String, Tensor> trained, Scope owner, Memory memory) {
        return trained.entrySet().stream()
                .map(
                        named ->
                                new Parameter(
                                        named.getKey(),
                                        named.getValue(),
                                        memory.zerosLike(owner, named.getValue())))
                .toList();
    }
}
