package dev.palimpsest.torch;

import ai.djl.engine.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Files as tensors without a copy, copies, random numbers, and how much memory the process had. */
public final class Memory {
    private final Kernels kernels;

    public Memory(Scope owner) {
        this.kernels = Kernels.load(owner, "memory", Map.of());
    }

    /** Maps a whole file; writing to the tensor changes memory, never the file. */
    public Tensor map(Scope scope, Path file, ElementType type) throws IOException {
        return kernels.one(
                scope,
                "map_file",
                file.toAbsolutePath().toString(),
                Files.size(file) / type.bytes(),
                type.code());
    }

    /** A part of a mapped file: elements from {@code first} on, in a shape. */
    public Tensor part(Scope scope, Tensor file, long first, List<Long> shape) {
        long[] sizes = shape.stream().mapToLong(size -> size).toArray();
        return kernels.one(
                scope, "part", file, first, Arrays.stream(sizes).reduce(1, (a, b) -> a * b), sizes);
    }

    /** The same numbers in another format; the tensor itself where it has that format already. */
    public Tensor as(Scope scope, Tensor tensor, ElementType type) {
        return kernels.one(scope, "to_type", tensor, type.code());
    }

    /** A copy in memory of its own, aligned like every fresh tensor. */
    public Tensor copy(Scope scope, Tensor tensor) {
        return kernels.one(scope, "fresh_copy", tensor);
    }

    public Tensor zerosLike(Scope scope, Tensor tensor) {
        return kernels.one(scope, "zeros_like", tensor);
    }

    /** Uniform numbers in [-bound, bound), by the seed last given to {@link #seed}. */
    public Tensor uniform(Scope scope, double bound, long... shape) {
        return kernels.one(scope, "uniform", shape, bound);
    }

    /** Restarts libtorch's generator, so that what follows draws the same numbers again. */
    public static void seed(long seed) {
        Engine.getEngine("PyTorch").setRandomSeed((int) (seed ^ (seed >>> 32)));
    }

    /** The most memory this process ever held, in bytes (VmHWM). */
    public static long peakBytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status")))
            if (line.startsWith("VmHWM")) return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
        return 0;
    }
}
