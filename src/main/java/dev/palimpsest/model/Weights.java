package dev.palimpsest.model;

import dev.palimpsest.torch.ElementType;
import dev.palimpsest.torch.Kernels;
import dev.palimpsest.torch.Memory;
import dev.palimpsest.torch.Scope;
import dev.palimpsest.torch.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A decoder's weights by their Hugging Face names, all of one number format.
 *
 * @param named in the order of {@link Architecture#shapes()}
 * @param packed see {@link #packed(Path, ElementType, Scope, Memory)}
 */
public record Weights(Architecture architecture, Map<String, Tensor> named, boolean packed) {
    /** A block's weights in the kernels' order. */
    private static final List<String> BLOCK =
            List.of(
                    "input_layernorm.weight",
                    "self_attn.q_proj.weight",
                    "self_attn.k_proj.weight",
                    "self_attn.v_proj.weight",
                    "self_attn.o_proj.weight",
                    "post_attention_layernorm.weight",
                    "mlp.gate_proj.weight",
                    "mlp.up_proj.weight",
                    "mlp.down_proj.weight",
                    "self_attn.q_proj.bias",
                    "self_attn.k_proj.bias",
                    "self_attn.v_proj.bias",
                    "self_attn.o_proj.bias",
                    "self_attn.q_norm.weight",
                    "self_attn.k_norm.weight");

    private static final String EMBEDDING = "model.embed_tokens.weight";
    private static final String HEAD = "lm_head.weight";

    public Weights(Architecture architecture, Map<String, Tensor> named) {
        this(architecture, named, false);
    }

    /** Where in a block's weights the projections' matrices are. */
    static final List<Integer> MATRICES = List.of(1, 2, 3, 4, 6, 7, 8);

    /** Maps a model directory's safetensors; numbers of other formats are converted. */
    public static Weights read(Path directory, ElementType type, Scope scope, Memory memory)
            throws IOException {
        return read(directory, file -> file.mapped(type, scope, memory));
    }

    /** The same in fresh memory, which training may change. */
    public static Weights own(Path directory, ElementType type, Scope scope, Memory memory)
            throws IOException {
        return read(directory, file -> file.copied(type, scope, memory));
    }

    /**
     * The same for scoring, faster: matrices that rows are multiplied with, the head's among them,
     * are packed as they are read, and only products can read them; embeddings are read where they
     * are stored, if they are stored in the number format.
     */
    public static Weights packed(Path directory, ElementType type, Scope scope, Memory memory)
            throws IOException {
        if (!Kernels.canPack(scope)) return own(directory, type, scope, memory);
        try (Kernels kernels = Kernels.load(scope, Kernels.linearOf(scope), Map.of());
                Scope call = scope.nested()) {
            Tensor like = memory.as(call, call.floats(new float[1], 1), type);
            return kernels.packs(call, like)
                    ? packed(directory, type, scope, memory, kernels)
                    : own(directory, type, scope, memory);
        }
    }

    private static Weights packed(
            Path directory, ElementType type, Scope scope, Memory memory, Kernels kernels)
            throws IOException {
        Weights read =
                read(
                        directory,
                        file ->
                                file.each(
                                        scope,
                                        memory,
                                        (call, name, stored) -> {
                                            if (isMultiplied(name))
                                                return kernels.one(
                                                        call,
                                                        "packed",
                                                        memory.as(call, stored, type));
                                            return stored.type() == type
                                                    ? memory.copy(call, stored)
                                                    : memory.as(call, stored, type);
                                        }));
        Map<String, Tensor> named = new LinkedHashMap<>(read.named);
        if (read.architecture.tied())
            named.put(HEAD, kernels.one(scope, "packed", read.embedding()));
        for (Path file : Safetensors.files(directory)) {
            Optional<Tensor> stored = Safetensors.open(file).mapped(EMBEDDING, type, scope, memory);
            if (stored.isEmpty()) continue;
            read.embedding().close();
            named.put(EMBEDDING, stored.get());
        }
        return new Weights(read.architecture, named, true);
    }

    private static boolean isMultiplied(String name) {
        return name.equals(HEAD)
                || MATRICES.stream().anyMatch(place -> name.endsWith("." + BLOCK.get(place)));
    }

    @FunctionalInterface
    private interface Reading {
        Map<String, Tensor> of(Safetensors file) throws IOException;
    }

    private static Weights read(Path directory, Reading reading) throws IOException {
        Architecture architecture = Architecture.of(directory);
        check(directory, architecture);
        Map<String, Tensor> found = new LinkedHashMap<>();
        for (Path file : Safetensors.files(directory))
            found.putAll(reading.of(Safetensors.open(file)));
        Map<String, Tensor> named = new LinkedHashMap<>();
        for (String name : architecture.shapes().keySet()) named.put(name, required(found, name));
        return new Weights(architecture, named);
    }

    /** Compares the headers of a directory's safetensors with its config.json; reads no numbers. */
    public static void check(Path directory, Architecture architecture) throws IOException {
        Map<String, Safetensors.Entry> found = new LinkedHashMap<>();
        for (Path file : Safetensors.files(directory)) {
            if (!Files.isRegularFile(file))
                throw new UnsupportedModel(file.getFileName() + " is missing");
            found.putAll(Safetensors.open(file).entries());
        }
        for (Map.Entry<String, List<Long>> wanted : architecture.shapes().entrySet()) {
            Safetensors.Entry entry = found.get(wanted.getKey());
            if (entry == null)
                throw new UnsupportedModel("the weight " + wanted.getKey() + " is missing");
            if (!entry.shape().equals(wanted.getValue()))
                throw new UnsupportedModel(
                        "the weight %s has shape %s, config.json asks for %s"
                                .formatted(wanted.getKey(), entry.shape(), wanted.getValue()));
        }
    }

    /** The same weights in another number format; themselves where they have it already. */
    public Weights as(ElementType type, Scope scope, Memory memory) {
        Map<String, Tensor> converted = new LinkedHashMap<>();
        named.forEach((name, tensor) -> converted.put(name, memory.as(scope, tensor, type)));
        return new Weights(architecture, converted);
    }

    /** Writes model.safetensors as other tools load it. */
    public void write(Path folder) throws IOException {
        Safetensors.write(folder.resolve("model.safetensors"), named);
    }

    Tensor embedding() {
        return weight(EMBEDDING);
    }

    Tensor finalNorm() {
        return weight("model.norm.weight");
    }

    Tensor head() {
        Tensor own = named.get(HEAD);
        return own != null ? own : embedding();
    }

    /** Each block's tensors in the kernels' order, {@code none} where the architecture has none. */
    List<List<Tensor>> blocks(Tensor none) {
        List<List<Tensor>> blocks = new ArrayList<>();
        for (int layer = 0; layer < architecture.layers(); layer++) {
            String block = "model.layers." + layer + ".";
            blocks.add(BLOCK.stream().map(name -> named.getOrDefault(block + name, none)).toList());
        }
        return blocks;
    }

    private Tensor weight(String name) {
        return required(named, name);
    }

    private static Tensor required(Map<String, Tensor> tensors, String name) {
        return Objects.requireNonNull(tensors.get(name), name);
    }
}
