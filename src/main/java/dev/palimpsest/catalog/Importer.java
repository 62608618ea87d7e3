package dev.palimpsest.catalog;

import java.io.IOException;
import java.nio.file.Path;

/** How one kind of thing is imported. */
interface Importer<T extends Imported> {
    /** What its imports are called in the queue. */
    String task();

    ImportRows<T> rows();

    /** Where all of the kind lie, each in a folder of its own. */
    Path place();

    /** Makes the files in a folder of the attempt's own; an interrupt ends it. */
    Move<T> write(Imports.Attempt<T> attempt, Path into, Tally tally)
            throws IOException, InterruptedException;

    /** Comes once before this process imports anything. */
    default void prepare() throws IOException {}

    /** Lets go of what was kept for an import that is over, whichever way it ended. */
    default void forget(String importId) throws IOException {}

    /** What follows from an attempt, made while the row is locked. */
    interface Move<T> {
        void of(T thing) throws IOException;
    }
}
