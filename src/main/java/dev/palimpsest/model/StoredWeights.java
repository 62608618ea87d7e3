package dev.palimpsest.model;

import dev.palimpsest.torch.Memory;
import dev.palimpsest.torch.Scope;
import dev.palimpsest.torch.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A model directory's weights, each read when it is asked for and in the number format it has. */
public final class StoredWeights {
    private final Architecture architecture;
    private final Map<String, Safetensors> files;

    private StoredWeights(Architecture architecture, Map<String, Safetensors> files) {
        this.architecture = architecture;
        this.files = files;
    }

    public static StoredWeights open(Path directory) throws IOException {
        Architecture architecture = Architecture.of(directory);
        Weights.check(directory, architecture);
        Map<String, Safetensors> files = new LinkedHashMap<>();
        for (Path path : Safetensors.files(directory)) {
            Safetensors file = Safetensors.open(path);
            file.entries().keySet().forEach(name -> files.put(name, file));
        }
        return new StoredWeights(architecture, files);
    }

    public Architecture architecture() {
        return architecture;
    }

    /** (out, in) */
    public Tensor matrix(Projected matrix, Scope scope, Memory memory) throws IOException {
        return file(matrix).tensor(name(matrix), scope, memory);
    }

    /** (out, in), without reading the numbers. */
    public List<Long> shape(Projected matrix) {
        return Objects.requireNonNull(file(matrix).entries().get(name(matrix))).shape();
    }

    private Safetensors file(Projected matrix) {
        return Objects.requireNonNull(files.get(name(matrix)), matrix.path());
    }

    private static String name(Projected matrix) {
        return matrix.path() + ".weight";
    }
}
