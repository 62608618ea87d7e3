package dev.palimpsest.projects;

import dev.palimpsest.spec.Faults;
import org.jspecify.annotations.Nullable;

/**
 * How much a project may have; what is left out is not bounded.
 *
 * @param runningJobs at a time; a further one waits
 * @param deviceSeconds within thirty days; what runs when it is used up runs on
 * @param storageBytes of checkpoints, exports, models, datasets and files
 */
record Quotas(
        @Nullable Integer runningJobs, @Nullable Long deviceSeconds, @Nullable Long storageBytes) {
    Quotas {
        Faults faults = new Faults();
        if (runningJobs != null) faults.between(runningJobs, 0, 1 << 20, "/running_jobs");
        if (deviceSeconds != null) faults.between(deviceSeconds, 0, 1L << 40, "/device_seconds");
        if (storageBytes != null) faults.between(storageBytes, 0, 1L << 60, "/storage_bytes");
        faults.raise();
    }
}
