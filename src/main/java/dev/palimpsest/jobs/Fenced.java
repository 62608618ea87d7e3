package dev.palimpsest.jobs;

/** A write of an attempt that has been replaced or has ended: refused, and its trainer must end. */
public final class Fenced extends RuntimeException {
    private static final long serialVersionUID = 1;

    Fenced(String message) {
        super(message);
    }
}
