package dev.palimpsest.torch;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.ArrayList;
import java.util.List;

/**
 * NVIDIA's driver, asked without libtorch and without a context on any device, which would take
 * memory there for as long as the asking process lives.
 */
@SuppressWarnings("restricted") // every launcher enables native access
final class CudaDriver {
    private static final String LIBRARY = "libcuda.so.1";

    private CudaDriver() {}

    /**
     * The memory in bytes of each device that a trainer of this process could use: none without a
     * driver, and none where libtorch is the one for processors.
     */
    static List<Long> memories() {
        String flavor = System.getenv("PYTORCH_FLAVOR");
        return flavor != null && flavor.startsWith("cu") ? memories(LIBRARY) : List.of();
    }

    static List<Long> memories(String library) {
        try (Arena arena = Arena.ofConfined()) {
            SymbolLookup driver = SymbolLookup.libraryLookup(library, arena);
            MemorySegment count = arena.allocate(JAVA_INT);
            MemorySegment bytes = arena.allocate(JAVA_LONG);
            if (call(driver, "cuInit", FunctionDescriptor.of(JAVA_INT, JAVA_INT), 0) != 0)
                return List.of();
            if (call(driver, "cuDeviceGetCount", FunctionDescriptor.of(JAVA_INT, ADDRESS), count)
                    != 0) return List.of();
            List<Long> memories = new ArrayList<>();
            for (int i = 0; i < count.get(JAVA_INT, 0); i++) {
                // the driver's devices are numbered as libtorch's
                if (call(
                                driver,
                                "cuDeviceTotalMem_v2",
                                FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
                                bytes,
                                i)
                        != 0) return List.of();
                memories.add(bytes.get(JAVA_LONG, 0));
            }
            return memories;
        } catch (IllegalArgumentException _) { // there is no such library
            return List.of();
        }
    }

    /** Bytes in use on the device that libtorch has made the calling thread's; 0 if it has none. */
    static long used() {
        try (Arena arena = Arena.ofConfined()) {
            SymbolLookup driver = SymbolLookup.libraryLookup(LIBRARY, arena);
            MemorySegment free = arena.allocate(JAVA_LONG);
            MemorySegment total = arena.allocate(JAVA_LONG);
            FunctionDescriptor type = FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS);
            if (call(driver, "cuMemGetInfo_v2", type, free, total) != 0) return 0;
            return total.get(JAVA_LONG, 0) - free.get(JAVA_LONG, 0);
        } catch (IllegalArgumentException _) { // there is no such library
            return 0;
        }
    }

    private static int call(
            SymbolLookup driver, String function, FunctionDescriptor type, Object... arguments) {
        try {
            return (int)
                    Linker.nativeLinker()
                            .downcallHandle(driver.findOrThrow(function), type)
                            .invokeWithArguments(arguments);
        } catch (RuntimeException | Error broken) {
            throw broken;
        } catch (Throwable impossible) {
            throw new IllegalStateException(function, impossible);
        }
    }
}
