package dev.palimpsest.model;

import dev.palimpsest.torch.Memory;
import dev.palimpsest.torch.Scope;
import dev.palimpsest.torch.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A trained tensor and the gradient, in its number format, that backward passes add to. */
public record Parameter(String name, Tensor value, Tensor gradient) {
    private static final Pattern LAYER = Pattern.compile("\\.layers\\.(\\d+)\\.");

    /** Whose gradients have memory of their own. */
    public enum Gradients {
        /** Every parameter's, so that passes may add to them and a norm be taken of all. */
        OF_EACH,
        /** One block's for all blocks, which are updated before the next one's are computed. */
        OF_ONE_BLOCK
    }

    /** Tensors with gradients of zero. */
    static List<Parameter> of(
            Map<String, Tensor> trained, Gradients gradients, Scope owner, Memory memory) {
        Map<String, Tensor> made = new HashMap<>();
        return trained.entrySet().stream()
                .map(
                        named -> {
                            String name = named.getKey();
                            String place =
                                    gradients == Gradients.OF_EACH
                                            ? name
                                            : LAYER.matcher(name).replaceFirst(".layers.");
                            Tensor value = named.getValue();
                            return new Parameter(
                                    name,
                                    value,
                                    made.computeIfAbsent(
                                            place, _ -> memory.zerosLike(owner, value)));
                        })
                .toList();
    }

    /** The number of its block; empty for what lies before and behind the blocks. */
    public OptionalInt layer() {
        Matcher layer = LAYER.matcher(name);
        return layer.find()
                ? OptionalInt.of(Integer.parseInt(layer.group(1)))
                : OptionalInt.empty();
    }
}
