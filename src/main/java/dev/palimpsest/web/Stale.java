package dev.palimpsest.web;

/** An edit of something that has been edited since it was read; the message says what to do. */
public final class Stale extends RuntimeException {
    private static final long serialVersionUID = 1;

    public Stale(String detail) {
        super(detail);
    }
}
