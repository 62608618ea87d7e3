package dev.palimpsest.training;

import dev.palimpsest.model.Adapter;
import dev.palimpsest.model.Decoder;
import dev.palimpsest.model.ModelFiles;
import dev.palimpsest.model.Parameter.Gradients;
import dev.palimpsest.model.Pissa;
import dev.palimpsest.model.UnsupportedModel;
import dev.palimpsest.model.Weights;
import dev.palimpsest.spec.Method;
import dev.palimpsest.spec.Method.Lora;
import dev.palimpsest.spec.Method.Variant;
import dev.palimpsest.spec.Precision;
import dev.palimpsest.spec.Training;
import dev.palimpsest.torch.ElementType;
import dev.palimpsest.torch.Memory;
import dev.palimpsest.torch.Scope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The model being trained, and how its weights are written: the one place where the method is
 * chosen.
 *
 * @param kind {@code adapter} or {@code model}
 * @param ratio by what an adapter's B learns faster than its A
 */
public record Trainee(Decoder decoder, String kind, double ratio, Checkpoint.Artifact artifact) {
    /**
     * What a run starts from.
     *
     * @param model the base model's directory
     * @param adapter an existing adapter's folder, instead of a fresh one
     * @param resumed where an earlier attempt left off
     */
    public record Origin(Path model, Optional<Path> adapter, Optional<Checkpoint> resumed) {}

    public long trainableParameters() {
        return decoder.parameters().stream()
                .mapToLong(parameter -> parameter.value().elements())
                .sum();
    }

    /** The method on a base model, fresh or as a checkpoint has it. */
    public static Trainee of(
            Method method, Training training, Origin origin, Scope scope, Memory memory)
            throws IOException {
        Memory.seed(training.seed());
        return switch (method) {
            case Method.Full() -> full(training, origin, scope, memory);
            case Lora lora when lora.variant() == Variant.PISSA ->
                    pissa(lora, training, origin, scope, memory);
            case Lora lora -> lora(lora, training, origin, scope, memory);
        };
    }

    private static Trainee full(Training training, Origin origin, Scope scope, Memory memory)
            throws IOException {
        Precision precision = training.precision();
        ElementType kept = precision == Precision.BF16 ? ElementType.BF16 : ElementType.F32;
        Path source = origin.resumed().map(Checkpoint::folder).orElse(origin.model());
        Weights weights = Weights.own(source, kept, scope, memory);
        return new Trainee(
                Decoder.full(
                        scope,
                        weights,
                        passes(precision),
                        training.optimizerInBackward() ? Gradients.OF_ONE_BLOCK : Gradients.OF_EACH,
                        memory),
                "model",
                1,
                folder -> {
                    weights.write(folder);
                    ModelFiles.copyBesideWeights(origin.model(), folder, kept);
                });
    }

    private static Trainee lora(
            Lora lora, Training training, Origin origin, Scope scope, Memory memory)
            throws IOException {
        Weights weights = Weights.read(origin.model(), passes(training.precision()), scope, memory);
        Optional<Path> existing = origin.resumed().map(Checkpoint::folder).or(origin::adapter);
        Adapter adapter;
        if (existing.isPresent()) {
            Adapter read = Adapter.read(existing.get(), weights.architecture(), scope, memory);
            agree(lora, read.method());
            adapter = new Adapter(lora, read.named());
        } else {
            adapter = Adapter.fresh(lora, weights, scope, memory);
        }
        return new Trainee(
                Decoder.lora(scope, weights, adapter, memory, packed(training)),
                "adapter",
                lora.ratio(),
                folder -> adapter.write(folder, name(origin)));
    }

    private static Trainee pissa(
            Lora lora, Training training, Origin origin, Scope scope, Memory memory)
            throws IOException {
        Weights weights = Weights.read(origin.model(), passes(training.precision()), scope, memory);
        Pissa pissa =
                origin.resumed().isPresent()
                        ? Pissa.read(lora, origin.resumed().get().folder(), weights, scope, memory)
                        : Pissa.fresh(lora, weights, scope, memory);
        return new Trainee(
                Decoder.lora(scope, pissa.residual(), pissa.adapter(), memory, packed(training)),
                "adapter",
                1,
                folder -> pissa.write(folder, name(origin), scope, memory));
    }

    /** Packed copies gain little in bf16; who computes activations twice has no memory for them. */
    private static boolean packed(Training training) {
        return passes(training.precision()) == ElementType.F32
                && !training.activationCheckpointing();
    }

    /** The number format of the passes. */
    private static ElementType passes(Precision precision) {
        return precision == Precision.FP32 ? ElementType.F32 : ElementType.BF16;
    }

    private static String name(Origin origin) {
        return String.valueOf(origin.model().getFileName());
    }

    /** What an adapter says of itself must be what the spec asks for. */
    private static void agree(Lora asked, Lora found) {
        if (asked.rank() != found.rank()
                || asked.scale() != found.scale()
                || asked.hasMagnitudes() != found.hasMagnitudes()
                || !asked.targetModules().equals(found.targetModules()))
            throw new UnsupportedModel(
                    "the adapter to start from has rank %d, alpha %s, variant %s and target modules %s; give the same in method"
                            .formatted(
                                    found.rank(),
                                    found.alpha(),
                                    found.variant().name().toLowerCase(java.util.Locale.ROOT),
                                    found.targetModules().projections().stream()
                                            .sorted()
                                            .map(projection -> projection.module())
                                            .toList()));
    }
}
