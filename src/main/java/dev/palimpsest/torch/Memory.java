package dev.palimpsest.torch;

import ai.djl.engine.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Files as tensors without a copy, copies, random numbers, and how much memory the process had. */
public final class Memory {
    private final Kernels kernels;

    public Memory(Scope owner) {
        this.kernels = Kernels.load(owner, "memory", Map.of());
    }

    /** Maps a whole file; writing to the tensor changes memory, never the file. */
    public Tensor map(Scope scope, Path file, ElementType type) throws IOException {
        long[] path = file.toAbsolutePath().toString().codePoints().asLongStream().toArray();
        long[] shape = {Files.size(file) / type.bytes(), type.code()};
        try (Scope call = scope.nested()) {
            return scope.adopt(
                    kernels.one(
                            call,
                            "map_file",
                            call.longs(path, path.length),
                            call.longs(shape, shape.length)));
        }
    }

    /** A part of a mapped file: elements from {@code first} on, in a shape. */
    public Tensor part(Scope scope, Tensor file, long first, List<Long> shape) {
        long[] place =
                LongStream.concat(LongStream.of(first), shape.stream().mapToLong(n -> n)).toArray();
        try (Scope call = scope.nested()) {
            return scope.adopt(kernels.one(call, "part", file, call.longs(place, place.length)));
        }
    }

    /** The same numbers in another format; the tensor itself where it has that format already. */
    public Tensor as(Scope scope, Tensor tensor, ElementType type) {
        try (Scope call = scope.nested()) {
            return scope.adopt(
                    kernels.one(call, "to_type", tensor, call.number((long) type.code())));
        }
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
        try (Scope call = scope.nested()) {
            return scope.adopt(
                    kernels.one(call, "uniform", call.zeros(shape), call.doubles(bound)));
        }
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
