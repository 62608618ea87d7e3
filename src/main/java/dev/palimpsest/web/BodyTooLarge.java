package dev.palimpsest.web;

/** A body over the limit, refused without being read. */
public final class BodyTooLarge extends RuntimeException {
    private static final long serialVersionUID = 1;

    BodyTooLarge(String detail) {
        super(detail);
    }
}
