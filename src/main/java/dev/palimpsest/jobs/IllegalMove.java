package dev.palimpsest.jobs;

/** Something was asked of a job that its status does not allow. */
public final class IllegalMove extends RuntimeException {
    private static final long serialVersionUID = 1;

    IllegalMove(String message) {
        super(message);
    }
}
