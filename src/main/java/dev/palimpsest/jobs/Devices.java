package dev.palimpsest.jobs;

import java.util.OptionalLong;

/** Implemented by the module that knows the workers. */
public interface Devices {
    /** The memory of the largest device that was heard of, in bytes, if any was. */
    OptionalLong largestMemory();
}
