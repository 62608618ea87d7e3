package dev.palimpsest.jobs;

/** Implemented by the module that knows the workers. */
public interface Devices {
    /** A worker that is away may come back, so its device counts. */
    Pool pool();
}
