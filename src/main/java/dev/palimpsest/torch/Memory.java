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

    /** Maps a whole file on the host; writing to the tensor changes memory, never the file. */
    public Tensor map(Scope scope, Path file, ElementType type) throws IOException {
        return kernels.one(
                scope,
                "map_file",
                file.toAbsolutePath().toString(),
                Files.size(file) / type.bytes(),
                type.code());
    }

    /**
     * A part of a mapped file on the scope's device: elements from {@code first} on, in a shape.
     */
    public Tensor part(Scope scope, Tensor file, long first, List<Long> shape) {
        long[] sizes = shape.stream().mapToLong(size -> size).toArray();
        return scope.placed(
                kernels.one(
                        scope,
                        "part",
                        file,
                        first,
                        Arrays.stream(sizes).reduce(1, (a, b) -> a * b),
                        sizes));
    }

    /** The same numbers in another format; the tensor itself where it has that format already. */
    public Tensor as(Scope scope, Tensor tensor, ElementType type) {
        return kernels.one(scope, "to_type", tensor, type.code());
    }

    /** The tensor itself where it lies on the scope's device, else a copy there. */
    public Tensor on(Scope scope, Tensor tensor) {
        return scope.device().placed(scope, tensor);
    }

    /** A copy in memory of its own, aligned like every fresh tensor. */
    public Tensor copy(Scope scope, Tensor tensor) {
        return kernels.one(scope, "fresh_copy", tensor);
    }

    public Tensor zerosLike(Scope scope, Tensor tensor) {
        return kernels.one(scope, "zeros_like", tensor);
    }

    /** Writes tensors' numbers into others of the same shapes, whatever their formats. */
    public void copyInto(Scope scope, List<Tensor> targets, List<Tensor> sources) {
        kernels.one(scope, "copy_into", targets, sources);
    }

    /** Squared 2-norms of a matrix's rows, fp32: (rows). */
    public Tensor rowSquares(Scope scope, Tensor matrix) {
        return kernels.one(scope, "row_squares", matrix);
    }

    /** 2-norms of a matrix's rows, fp32: (rows). */
    public Tensor rowNorms(Scope scope, Tensor matrix) {
        return kernels.one(scope, "row_norms", matrix);
    }

    /** A copy in fp32, in memory of its own. */
    public Tensor freshFloats(Scope scope, Tensor tensor) {
        return kernels.one(scope, "fresh_floats", tensor);
    }

    /** target += scale * left right, computed in fp32. */
    public void addProduct(Scope scope, Tensor target, Tensor left, Tensor right, double scale) {
        kernels.one(scope, "add_product", target, left, right, scale);
    }

    /** Scales each row to a 2-norm. */
    public void setRowNorms(Scope scope, Tensor matrix, Tensor norms) {
        kernels.one(scope, "set_row_norms", matrix, norms);
    }

    /** A (rank, in) and B (out, rank) with scale * B A the best approximation of that rank. */
    public List<Tensor> largestFactors(Scope scope, Tensor matrix, int rank, double scale) {
        return kernels.call(scope, "largest_factors", matrix, (long) rank, scale);
    }

    /** Two tensors side by side along an axis, the second one times a factor. */
    public Tensor joined(Scope scope, Tensor one, Tensor other, int axis, double factor) {
        return kernels.one(scope, "joined", one, other, (long) axis, factor);
    }

    /** The first (0) or second (1) half along an axis, times a factor, in memory of its own. */
    public Tensor half(Scope scope, Tensor both, int axis, int which, double factor) {
        return kernels.one(scope, "half", both, (long) axis, (long) which, factor);
    }

    /**
     * Uniform numbers in [-bound, bound), by the seed last given to {@link #seed}; drawn on the
     * host, so that they are the same on every device.
     */
    public Tensor uniform(Scope scope, double bound, long... shape) {
        return scope.placed(kernels.one(scope, "uniform", shape, bound));
    }

    /**
     * Restarts libtorch's generators, the processor's and every CUDA device's, so that what follows
     * draws the same numbers again.
     */
    public static void seed(long seed) {
        Engine.getEngine("PyTorch").setRandomSeed((int) (seed ^ (seed >>> 32)));
    }

    /** The most memory this process ever held, in bytes (VmHWM). */
    public static long peakBytes() throws IOException {
        return told("VmHWM");
    }

    /** The memory this process holds, in bytes (VmRSS). */
    static long residentBytes() throws IOException {
        return told("VmRSS");
    }

    private static long told(String key) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status")))
            if (line.startsWith(key)) return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
        return 0;
    }
}
