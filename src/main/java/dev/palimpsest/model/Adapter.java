package dev.palimpsest.model;

import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.Method.Lora;
import dev.palimpsest.spec.Projection;
import dev.palimpsest.spec.TargetModules;
import dev.palimpsest.torch.ElementType;
import dev.palimpsest.torch.Memory;
import dev.palimpsest.torch.Scope;
import dev.palimpsest.torch.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A LoRA adapter, W + scale * B A on some projections, A [rank, in] and B [out, rank] in fp32.
 *
 * @param named by the names that PEFT gives them in adapter_model.safetensors
 */
public record Adapter(Lora method, Map<String, Tensor> named) {
    private static final String CONFIG = "adapter_config.json";
    private static final String TENSORS = "adapter_model.safetensors";

    /**
     * A fresh adapter: A uniform within 1/sqrt(in), as PEFT's kaiming_uniform(a=sqrt(5)) has it,
     * and B zero, so that the model is the base model still.
     */
    public static Adapter fresh(
            Lora method, Architecture architecture, Scope scope, Memory memory) {
        Map<String, List<Long>> shapes = architecture.shapes();
        Map<String, Tensor> named = new LinkedHashMap<>();
        for (int layer = 0; layer < architecture.layers(); layer++) {
            for (Projection projection : Projection.values()) {
                if (!method.targetModules().projections().contains(projection)) continue;
                List<Long> shape = Objects.requireNonNull(shapes.get(weight(layer, projection)));
                long out = shape.getFirst();
                long in = shape.getLast();
                double bound = 1 / Math.sqrt((double) in);
                named.put(
                        name(layer, projection, "A"),
                        memory.uniform(scope, bound, method.rank(), in));
                named.put(name(layer, projection, "B"), scope.zeros(out, method.rank()));
            }
        }
        return new Adapter(method, named);
    }

    /** Reads an adapter in PEFT's layout into fresh memory. */
    public static Adapter read(Path folder, Architecture architecture, Scope scope, Memory memory)
            throws IOException {
        JsonNode config = Binder.JSON.readTree(Files.readString(folder.resolve(CONFIG)));
        Map<String, Tensor> named = new LinkedHashMap<>();
        try (Scope files = scope.nested()) {
            Map<String, Tensor> found =
                    Safetensors.open(folder.resolve(TENSORS)).tensors(files, memory);
            // the order of the forward pass always: the last digit of a norm over all depends on it
            for (String name : names(architecture)) {
                Tensor tensor = found.remove(name);
                if (tensor != null) named.put(name, memory.copy(scope, tensor));
            }
            if (!found.isEmpty())
                throw new UnsupportedModel(
                        "the adapter has tensors that this model has no place for: "
                                + String.join(", ", found.keySet()));
        }
        Set<Projection> targets = EnumSet.noneOf(Projection.class);
        for (Projection projection : Projection.values())
            if (named.keySet().stream().anyMatch(name -> name.contains(projection.path())))
                targets.add(projection);
        Lora method =
                new Lora(
                        config.path("r").asInt(),
                        config.path("lora_alpha").asDouble(),
                        config.path("lora_dropout").asDouble(0),
                        new TargetModules(targets));
        return new Adapter(method, named);
    }

    /** Writes adapter_config.json and adapter_model.safetensors, which PEFT loads as they are. */
    public void write(Path folder, String baseModel) throws IOException {
        ObjectNode config = Binder.JSON.createObjectNode();
        config.put("peft_type", "LORA")
                .put("task_type", "CAUSAL_LM")
                .put("base_model_name_or_path", baseModel)
                .put("r", method.rank())
                .put("lora_alpha", method.alpha())
                .put("lora_dropout", method.dropout())
                .put("bias", "none")
                .put("fan_in_fan_out", false)
                .put("inference_mode", true)
                .put("init_lora_weights", true)
                .put("use_rslora", false)
                .put("use_dora", false);
        ArrayNode modules = config.putArray("target_modules");
        for (Projection projection : Projection.values())
            if (method.targetModules().projections().contains(projection))
                modules.add(projection.module());
        Files.writeString(
                folder.resolve(CONFIG),
                Binder.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(config) + "\n");
        Safetensors.write(folder.resolve(TENSORS), ElementType.F32, new TreeMap<>(named));
    }

    /**
     * A block's tensors in the kernels' order: A and B of q, k, v, o, gate, up, down; empty where
     * none.
     */
    static List<Tensor> block(Map<String, Tensor> named, int layer, Tensor empty) {
        List<Tensor> tensors = new ArrayList<>();
        for (Projection projection : Projection.values()) {
            tensors.add(named.getOrDefault(name(layer, projection, "A"), empty));
            tensors.add(named.getOrDefault(name(layer, projection, "B"), empty));
        }
        return tensors;
    }

    private static List<String> names(Architecture architecture) {
        List<String> names = new ArrayList<>();
        for (int layer = 0; layer < architecture.layers(); layer++)
            for (Projection projection : Projection.values())
                for (String matrix : List.of("A", "B")) names.add(name(layer, projection, matrix));
        return names;
    }

    private static String name(int layer, Projection projection, String matrix) {
        return "base_model.model.model.layers.%d.%s.lora_%s.weight"
                .formatted(layer, projection.path(), matrix);
    }

    private static String weight(int layer, Projection projection) {
        return "model.layers.%d.%s.weight".formatted(layer, projection.path());
    }
}
