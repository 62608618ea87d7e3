package dev.palimpsest.model;

import dev.palimpsest.spec.Method.Lora;
import dev.palimpsest.spec.Projection;
import dev.palimpsest.torch.Memory;
import dev.palimpsest.torch.Scope;
import dev.palimpsest.torch.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * W + scale * B A on some projections, A [rank, in] and B [out, rank] in fp32; with DoRA also a
 * magnitude [out] for each row of that sum.
 *
 * @param named by the names that PEFT gives them in adapter_model.safetensors
 */
public record Adapter(Lora method, Map<String, Tensor> named) {
    private static final String TENSORS = "adapter_model.safetensors";
    private static final String PREFIX = "base_model.model.";
    private static final String A = ".lora_A.weight";
    private static final String B = ".lora_B.weight";
    private static final String MAGNITUDE = ".lora_magnitude_vector";

    /**
     * A fresh adapter: A uniform within 1/sqrt(in), as PEFT's kaiming_uniform(a=sqrt(5)) has it, B
     * zero and magnitudes the row norms, so that the model is the base model still.
     */
    public static Adapter fresh(Lora method, Weights base, Scope scope, Memory memory) {
        Map<String, Tensor> named = new LinkedHashMap<>();
        for (String module : modules(method, base.architecture())) {
            Tensor weight = weight(base, module);
            long out = weight.shape()[0];
            long in = weight.shape()[1];
            named.put(
                    PREFIX + module + A,
                    memory.uniform(scope, 1 / Math.sqrt((double) in), method.rank(), in));
            named.put(PREFIX + module + B, scope.zeros(out, method.rank()));
            if (method.hasMagnitudes())
                named.put(PREFIX + module + MAGNITUDE, memory.rowNorms(scope, weight));
        }
        return new Adapter(method, named);
    }

    /** Reads an adapter in PEFT's layout into fresh memory. */
    public static Adapter read(Path folder, Architecture architecture, Scope scope, Memory memory)
            throws IOException {
        Lora method = AdapterConfig.read(folder);
        Map<String, Tensor> named = new LinkedHashMap<>();
        try (Scope files = scope.nested()) {
            Map<String, Tensor> found =
                    Safetensors.open(folder.resolve(TENSORS)).tensors(files, memory);
            // the order of the forward pass always: the last digit of a norm over all depends on it
            for (String module : modules(method, architecture))
                for (String part : List.of(A, B, MAGNITUDE)) {
                    Tensor tensor = found.remove(PREFIX + module + part);
                    if (tensor != null)
                        named.put(PREFIX + module + part, memory.freshFloats(scope, tensor));
                }
            refuseOthers(found.keySet());
        }
        check(method, shapes(named), architecture);
        return new Adapter(method, named);
    }

    /** The method of an adapter whose names and shapes fit a model; no numbers are read. */
    public static Lora checked(Path folder, Architecture architecture) throws IOException {
        Lora method = AdapterConfig.read(folder);
        Path file = folder.resolve(TENSORS);
        if (!Files.isRegularFile(file))
            throw new UnsupportedModel("there is no " + TENSORS + " beside adapter_config.json");
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        Safetensors.open(file).entries().forEach((name, entry) -> shapes.put(name, entry.shape()));
        List<String> known = new ArrayList<>();
        for (String module : modules(method, architecture))
            for (String part : List.of(A, B, MAGNITUDE)) known.add(PREFIX + module + part);
        refuseOthers(shapes.keySet().stream().filter(name -> !known.contains(name)).toList());
        check(method, shapes, architecture);
        return method;
    }

    /** Writes adapter_config.json and adapter_model.safetensors, which PEFT loads as they are. */
    public void write(Path folder, String baseModel) throws IOException {
        AdapterConfig.write(folder, method, baseModel);
        Safetensors.write(folder.resolve(TENSORS), new TreeMap<>(named));
    }

    /** The weights with the adapter worked into them, in fresh memory, fp32. */
    public Weights merged(Weights base, Scope scope, Memory memory) {
        Map<String, Tensor> merged = new LinkedHashMap<>();
        base.named().forEach((name, weight) -> merged.put(name, memory.freshFloats(scope, weight)));
        for (String module : modules(method, base.architecture()))
            merge(module, Objects.requireNonNull(merged.get(module + ".weight")), scope, memory);
        return new Weights(base.architecture(), merged);
    }

    /** One matrix with the adapter worked into it, in fresh memory, fp32. */
    public Tensor merged(Projected matrix, Tensor weight, Scope scope, Memory memory) {
        Tensor merged = memory.freshFloats(scope, weight);
        merge(matrix.path(), merged, scope, memory);
        return merged;
    }

    private void merge(String module, Tensor weight, Scope scope, Memory memory) {
        Tensor down = named.get(PREFIX + module + A);
        if (down == null) return;
        memory.addProduct(scope, weight, part(module, B), down, method.scale());
        if (method.hasMagnitudes()) memory.setRowNorms(scope, weight, part(module, MAGNITUDE));
    }

    /** What scale * B A is made of. */
    public record Factors(Tensor a, Tensor b, double scale) {}

    /** What a matrix's change is a product of; empty where it is not adapted. */
    public Optional<Factors> factors(Projected matrix) {
        if (method.hasMagnitudes())
            throw new IllegalStateException("DoRA's change is no product of its factors");
        Tensor down = named.get(PREFIX + matrix.path() + A);
        if (down == null) return Optional.empty();
        return Optional.of(new Factors(down, part(matrix.path(), B), method.scale()));
    }

    /** A matrix's A and B by their names, for another change of it that is cut to the rank. */
    public Map<String, Tensor> refactored(
            Projected matrix, Tensor change, Scope scope, Memory memory) {
        List<Tensor> factors = memory.largestFactors(scope, change, method.rank(), method.scale());
        return Map.of(a(matrix.path()), factors.getFirst(), b(matrix.path()), factors.getLast());
    }

    public boolean adapts(Projected matrix) {
        return named.containsKey(PREFIX + matrix.path() + A);
    }

    /**
     * A block's tensors in the kernels' order: A, B, magnitude and squared row norms of q, k, v, o,
     * gate, up, down; {@code none} where there is none.
     */
    static List<Tensor> block(
            Map<String, Tensor> named, Map<String, Tensor> squares, int layer, Tensor none) {
        List<Tensor> tensors = new ArrayList<>();
        for (Projection projection : Projection.values()) {
            String module = PREFIX + module(layer, projection);
            tensors.add(named.getOrDefault(module + A, none));
            tensors.add(named.getOrDefault(module + B, none));
            tensors.add(named.getOrDefault(module + MAGNITUDE, none));
            tensors.add(squares.getOrDefault(module + A, none));
        }
        return tensors;
    }

    /** The weight that a tensor named as an A adapts. */
    static Optional<String> adaptedWeight(String name) {
        if (!name.endsWith(A)) return Optional.empty();
        return Optional.of(name.substring(PREFIX.length(), name.length() - A.length()) + ".weight");
    }

    /** Whether a tensor of an adapter is a B, which LoRA+ trains faster. */
    public static boolean isB(String name) {
        return name.endsWith(B);
    }

    /** The modules that a method adapts, in the order of the forward pass. */
    static List<String> modules(Lora method, Architecture architecture) {
        List<String> modules = new ArrayList<>();
        for (int layer = 0; layer < architecture.layers(); layer++)
            for (Projection projection : Projection.values())
                if (method.targetModules().projections().contains(projection))
                    modules.add(module(layer, projection));
        return modules;
    }

    static Tensor weight(Weights base, String module) {
        return Objects.requireNonNull(base.named().get(module + ".weight"), module);
    }

    /** A and B of a module as an adapter names them. */
    static String a(String module) {
        return PREFIX + module + A;
    }

    static String b(String module) {
        return PREFIX + module + B;
    }

    private Tensor part(String module, String part) {
        return Objects.requireNonNull(named.get(PREFIX + module + part), module);
    }

    private static void refuseOthers(Collection<String> others) {
        if (!others.isEmpty())
            throw new UnsupportedModel(
                    "the adapter has tensors that this model has no place for: "
                            + String.join(", ", others));
    }

    private static Map<String, List<Long>> shapes(Map<String, Tensor> named) {
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        named.forEach(
                (name, tensor) -> shapes.put(name, Arrays.stream(tensor.shape()).boxed().toList()));
        return shapes;
    }

    private static void check(
            Lora method, Map<String, List<Long>> named, Architecture architecture) {
        for (String module : modules(method, architecture)) {
            if (!named.containsKey(PREFIX + module + A)) continue;
            List<Long> shape =
                    Objects.requireNonNull(architecture.shapes().get(module + ".weight"));
            fits(named, module + A, List.of((long) method.rank(), shape.getLast()));
            fits(named, module + B, List.of(shape.getFirst(), (long) method.rank()));
            if (method.hasMagnitudes()) fits(named, module + MAGNITUDE, List.of(shape.getFirst()));
        }
        if (named.isEmpty()) throw new UnsupportedModel("the adapter has no tensors");
    }

    private static void fits(Map<String, List<Long>> named, String name, List<Long> wanted) {
        List<Long> shape = named.get(PREFIX + name);
        if (shape == null) throw new UnsupportedModel("the adapter lacks " + PREFIX + name);
        if (!shape.equals(wanted))
            throw new UnsupportedModel(
                    "the adapter's %s has shape %s, this model asks for %s"
                            .formatted(name, shape, wanted));
    }

    private static String module(int layer, Projection projection) {
        return new Projected(layer, projection).path();
    }
}
