package dev.palimpsest.background;

import java.io.IOException;
import java.util.function.BooleanSupplier;

/** One kind of work; each piece of it is known by an id. */
public interface Work {
    /** What the kind is called in its queue. */
    String name();

    /** Comes once before a process that does such work takes its first piece. */
    default void prepare() throws IOException {}

    /** Does a piece, or hands it back soon after it is told to stop. */
    Ending run(String id, BooleanSupplier stopping) throws IOException, InterruptedException;

    /** Ends a piece that could not be done for reasons that do not lie in it. */
    void giveUp(String id, Throwable fault) throws IOException;

    /** How one go at a piece ended. */
    enum Ending {
        OVER,
        HANDED_BACK
    }
}
