package dev.palimpsest.model;

import dev.palimpsest.torch.ElementType;
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

/**
 * A decoder's weights by their Hugging Face names, fp32.
 *
 * @param named in the order of {@link Architecture#shapes()}
 */
public record Weights(Architecture architecture, Map<String, Tensor> named) {
    /** Weights of a block: norm, q, k, v, o, norm, gate, up, down. */
    static final int A_BLOCK = 9;

    /** Maps a model directory's safetensors; numbers of other formats are widened to fp32. */
    public static Weights read(Path directory, Scope scope, Memory memory) throws IOException {
        Architecture architecture = Architecture.of(directory);
        check(directory, architecture);
        Map<String, Tensor> found = new LinkedHashMap<>();
        for (Path file : Safetensors.files(directory))
            found.putAll(Safetensors.open(file).tensors(scope, memory));
        Map<String, Tensor> named = new LinkedHashMap<>();
        for (String name : architecture.shapes().keySet())
            named.put(name, memory.as(scope, required(found, name), ElementType.F32));
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

    /** The same weights in fresh memory, which training may change. */
    public Weights copy(Scope scope, Memory memory) {
        Map<String, Tensor> copies = new LinkedHashMap<>();
        named.forEach((name, tensor) -> copies.put(name, memory.copy(scope, tensor)));
        return new Weights(architecture, copies);
    }

    /** Writes model.safetensors as other tools load it. */
    public void write(Path folder, ElementType type) throws IOException {
        Safetensors.write(folder.resolve("model.safetensors"), type, named);
    }

    Tensor embedding() {
        return weight("model.embed_tokens.weight");
    }

    Tensor finalNorm() {
        return weight("model.norm.weight");
    }

    Tensor head() {
        return architecture.tied() ? embedding() : weight("lm_head.weight");
    }

    List<List<Tensor>> blocks() {
        List<Tensor> all = new ArrayList<>(named.values());
        List<List<Tensor>> blocks = new ArrayList<>();
        for (int layer = 0; layer < architecture.layers(); layer++)
            blocks.add(all.subList(1 + layer * A_BLOCK, 1 + (layer + 1) * A_BLOCK));
        return blocks;
    }

    private Tensor weight(String name) {
        return required(named, name);
    }

    private static Tensor required(Map<String, Tensor> tensors, String name) {
        return Objects.requireNonNull(tensors.get(name), name);
    }
}
