package dev.palimpsest.torch;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * Where tensors lie and kernels run.
 *
 * @param name libtorch's: {@code cpu}, {@code cuda:N}, or {@code meta}, where tensors have shapes
 *     and no numbers
 */
public record Device(String name) {
    private static final String CUDA = "cuda:";
    private static final Pattern NAMES = Pattern.compile("cpu|meta|cuda:\\d{1,3}");

    public static final Device CPU = new Device("cpu");
    public static final Device META = new Device("meta");

    /** A device that was asked for and cannot be used. */
    public static final class Missing extends RuntimeException {
        private static final long serialVersionUID = 1;

        Missing(String sentence) {
            super(sentence);
        }
    }

    /** One set of kernels moves every tensor; it lives as long as the process. */
    private static final class Mover {
        static final Kernels KERNELS = Kernels.load(Scope.open(), "memory", Map.of());
    }

    public Device {
        if (!NAMES.matcher(name).matches())
            throw new Missing(
                    "there is no device '%s'; devices are cpu, cuda:0, cuda:1, and so on"
                            .formatted(name));
    }

    /**
     * What a worker's setting stands for on this machine; {@code auto} is the first CUDA device
     * that libtorch can use, and the processor where there is none.
     */
    public static Device chosen(String setting) {
        return chosen(setting, CudaDriver.memories());
    }

    /**
     * @param cuda the memory in bytes of each CUDA device
     */
    static Device chosen(String setting, List<Long> cuda) {
        if (setting.equals("auto")) return cuda.isEmpty() ? CPU : new Device(CUDA + 0);
        Device named = new Device(setting);
        if (named.isCpu() || named.index() < cuda.size()) return named;
        throw new Missing(
                "the device %s is asked for, CUDA devices found: %d; name another one, or auto, which falls back to the processor"
                        .formatted(setting, cuda.size()));
    }

    public boolean isCpu() {
        return equals(CPU);
    }

    /** A CUDA device's own memory; the processor has the machine's. */
    public OptionalLong memoryBytes() {
        List<Long> cuda = CudaDriver.memories();
        return index() < cuda.size() ? OptionalLong.of(cuda.get(index())) : OptionalLong.empty();
    }

    /** What is in use: of a CUDA device by whom ever, of the processor's by this process. */
    public long usedBytes() throws IOException {
        return isCpu() ? Memory.residentBytes() : CudaDriver.used();
    }

    /** The tensor itself where it lies here already, else a copy here; it belongs to the scope. */
    Tensor placed(Scope scope, Tensor tensor) {
        return Mover.KERNELS.one(scope, "placed", tensor, name);
    }

    private int index() {
        return name.startsWith(CUDA)
                ? Integer.parseInt(name.substring(CUDA.length()))
                : Integer.MAX_VALUE;
    }
}
