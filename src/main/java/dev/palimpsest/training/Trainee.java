package dev.palimpsest.training;

import dev.palimpsest.model.Adapter;
import dev.palimpsest.model.Decoder;
import dev.palimpsest.model.Weights;
import dev.palimpsest.spec.Method;
import dev.palimpsest.torch.ElementType;
import dev.palimpsest.torch.Memory;
import dev.palimpsest.torch.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The model being trained, and how its weights are written: the one place where the method is
 * chosen.
 *
 * @param kind {@code adapter} or {@code model}
 */
public record Trainee(Decoder decoder, String kind, Checkpoint.Artifact artifact) {
    private static final List<String> BESIDE_WEIGHTS =
            List.of(
                    "config.json",
                    "generation_config.json",
                    "tokenizer.json",
                    "tokenizer_config.json",
                    "special_tokens_map.json",
                    "chat_template.jinja");

    public long trainableParameters() {
        return decoder.parameters().stream()
                .mapToLong(parameter -> parameter.value().elements())
                .sum();
    }

    /** The method on a base model, fresh or as a checkpoint has it. */
    public static Trainee of(
            Method method,
            long seed,
            Path model,
            Optional<Checkpoint> resumed,
            Scope scope,
            Memory memory)
            throws IOException {
        return switch (method) {
            case Method.Lora lora -> {
                Weights weights = Weights.read(model, scope, memory);
                Memory.seed(seed);
                Adapter adapter =
                        resumed.isPresent()
                                ? Adapter.read(
                                        resumed.get().folder(),
                                        weights.architecture(),
                                        scope,
                                        memory)
                                : Adapter.fresh(lora, weights.architecture(), scope, memory);
                yield new Trainee(
                        Decoder.lora(scope, weights, adapter, memory),
                        "adapter",
                        folder -> adapter.write(folder, String.valueOf(model.getFileName())));
            }
            case Method.Full() -> {
                Weights weights;
                try (Scope mapped = scope.nested()) {
                    Path source = resumed.map(Checkpoint::folder).orElse(model);
                    weights = Weights.read(source, mapped, memory).copy(scope, memory);
                }
                yield new Trainee(
                        Decoder.full(scope, weights, memory),
                        "model",
                        folder -> {
                            weights.write(folder, ElementType.F32);
                            for (String name : BESIDE_WEIGHTS)
                                if (Files.isRegularFile(model.resolve(name)))
                                    Files.copy(model.resolve(name), folder.resolve(name));
                        });
            }
        };
    }
}
