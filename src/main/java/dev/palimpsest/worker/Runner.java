package dev.palimpsest.worker;

import dev.palimpsest.jobs.Status;
import dev.palimpsest.jobs.Turn;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Who does what the queue gives out. */
public interface Runner {
    /** The worker's name. */
    String id();

    /**
     * Does a turn to its end; answers what became of the job, or nothing if the turn was taken
     * away.
     */
    Optional<Status> run(Turn turn, BooleanSupplier stopping);

    /** Hears what went wrong at other device work: one whose disk is full takes nothing more. */
    void suffered(Exception fault);
}
