package dev.palimpsest.jobs;

import dev.palimpsest.spec.Resources;

/**
 * What a job asks of a worker: what its spec says, and the memory of its plan in bytes, 0 where
 * none could be made.
 *
 * @param processor where the device is the host's own processor
 */
record Needs(Resources resources, long accelerator, long processor) {}
