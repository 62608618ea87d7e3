package dev.palimpsest.jobs;

import dev.palimpsest.spec.Resources;

/**
 * What a job asks of a worker: what its spec says, and the memory of its plan in bytes, 0 where
 * none could be made.
 *
 * @param processor where the device is the host's own processor
 */
record Needs(Resources resources, long accelerator, long processor) {
    /** Devices are told apart by so much (db/migration, V44). */
    private static final long UNIT = 1L << 26;

    /** The same, and more memory than a device has. */
    Needs moreThan(Pool.Held device) {
        long more = device.memoryBytes() + UNIT;
        return device.isProcessor()
                ? new Needs(resources, accelerator, Math.max(processor, more))
                : new Needs(resources, Math.max(accelerator, more), processor);
    }
}
