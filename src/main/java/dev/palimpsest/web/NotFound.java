package dev.palimpsest.web;

/** The thing asked for is not there; the message names it and the next step. */
public final class NotFound extends RuntimeException {
    private static final long serialVersionUID = 1;

    public NotFound(String detail) {
        super(detail);
    }
}
