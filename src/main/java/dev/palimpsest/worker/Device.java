package dev.palimpsest.worker;

import com.sun.management.OperatingSystemMXBean;
import dev.palimpsest.home.CannotStart;
import dev.palimpsest.torch.Device.Missing;
import java.lang.management.ManagementFactory;

/** What a worker owns: the kind of device, its memory, and the threads that feed it. */
record Device(String kind, long memoryBytes, int threads) {
    /** A CUDA device, or this machine's processor: the share of it that a container may use. */
    static Device of(WorkerSettings settings) {
        try {
            var chosen = dev.palimpsest.torch.Device.chosen(settings.device());
            long memory = chosen.memoryBytes().orElseGet(Device::machineBytes);
            return new Device(chosen.name(), memory, settings.trainerThreads());
        } catch (Missing missing) {
            throw new CannotStart("palimpsest.worker.device: " + missing.getMessage(), missing);
        }
    }

    private static long machineBytes() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                .getTotalMemorySize();
    }
}
