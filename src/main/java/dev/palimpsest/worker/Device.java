package dev.palimpsest.worker;

import com.sun.management.OperatingSystemMXBean;
import dev.palimpsest.home.CannotStart;
import dev.palimpsest.spec.Resources;
import dev.palimpsest.torch.Device.Missing;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a worker owns.
 *
 * @param kind libtorch's name: {@code cpu} or {@code cuda:N}
 * @param deviceClass what jobs ask for
 * @param labels what else they may ask for
 * @param threads that feed it
 */
record Device(
        String kind,
        String deviceClass,
        Map<String, String> labels,
        long memoryBytes,
        int threads) {
    /** A CUDA device, or this machine's processor: the share of it that a container may use. */
    static Device of(WorkerSettings settings) {
        try {
            var chosen = dev.palimpsest.torch.Device.chosen(settings.device());
            long memory = chosen.memoryBytes().orElseGet(Device::machineBytes);
            return new Device(
                    chosen.name(),
                    deviceClass(settings, chosen.name()),
                    labels(settings.labels()),
                    memory,
                    settings.trainerThreads());
        } catch (Missing missing) {
            throw new CannotStart("palimpsest.worker.device: " + missing.getMessage(), missing);
        }
    }

    private static String deviceClass(WorkerSettings settings, String name) {
        String configured = settings.deviceClass();
        if (configured == null || configured.isBlank()) return name.split(":", 2)[0];
        if (Resources.isClass(configured) && !configured.equals(Resources.ANY)) return configured;
        throw new CannotStart(
                "palimpsest.worker.device-class: '%s' is no class; it has 1 to 63 of a-z, 0-9, '.', '_' and '-'"
                        .formatted(configured));
    }

    static Map<String, String> labels(String setting) {
        Map<String, String> labels = new TreeMap<>();
        for (String label : setting.split(",", -1)) {
            if (label.isBlank()) continue;
            String[] parts = label.strip().split("=", 2);
            if (parts.length < 2 || !Resources.isLabel(parts[0]) || !Resources.isLabel(parts[1]))
                throw new CannotStart(
                        "palimpsest.worker.labels: '%s' is no label; write gpu=h200,zone=a"
                                .formatted(label.strip()));
            labels.put(parts[0], parts[1]);
        }
        return labels;
    }

    private static long machineBytes() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                .getTotalMemorySize();
    }
}
