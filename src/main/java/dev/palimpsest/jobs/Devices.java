package dev.palimpsest.jobs;

import java.util.Optional;

/** Implemented by the module that knows the workers. */
public interface Devices {
    /** A worker that is away may come back, so its device counts. */
    Pool pool();

    /** What a worker has, if it was ever heard of. */
    Optional<Pool.Held> of(String worker);
}
