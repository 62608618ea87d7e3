package dev.palimpsest.worker;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** What a worker owns: the kind of device, its memory, and the threads that feed it. */
record Device(String kind, long memoryBytes, int threads) {
    /** This machine's processor, or the share of it that a container may use. */
    static Device of(WorkerSettings settings) {
        long memory =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                        .getTotalMemorySize();
        return new Device(settings.device(), memory, settings.trainerThreads());
    }
}
