package dev.palimpsest.trainer;

import dev.palimpsest.model.Adapter;
import dev.palimpsest.model.Architecture;
import dev.palimpsest.model.Decoder;
import dev.palimpsest.model.Weights;
import dev.palimpsest.torch.ElementType;
import dev.palimpsest.torch.Memory;
import dev.palimpsest.torch.Scope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A base model or a checkpoint of it, to be read and not to be trained. */
final class FrozenModel {
    private FrozenModel() {}

    /**
     * @param model the base model's Hugging Face directory
     * @param checkpoint the folder of what is meant instead; null for the base model
     * @param kind of the checkpoint: adapter or model
     */
    static Decoder decoder(
            String model,
            @Nullable String checkpoint,
            @Nullable String kind,
            boolean bf16,
            Scope scope)
            throws IOException {
        Memory memory = new Memory(scope);
        ElementType type = bf16 ? ElementType.BF16 : ElementType.F32;
        Path base = Path.of(model);
        Path meant = checkpoint == null ? base : Path.of(checkpoint);
        if (!"adapter".equals(kind))
            return Decoder.frozen(
                    scope, Weights.packed(meant, type, scope, memory), Optional.empty(), memory);
        Adapter adapter = Adapter.read(meant, Architecture.of(base), scope, memory);
        Weights weights =
                adapter.method().hasMagnitudes() // which need the weights' norms
                        ? Weights.read(base, type, scope, memory)
                        : Weights.packed(base, type, scope, memory);
        return Decoder.frozen(scope, weights, Optional.of(adapter), memory);
    }
}
