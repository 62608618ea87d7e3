package dev.palimpsest.web;

/** A body that is not JSON; the message says where it breaks. */
public final class BrokenJson extends RuntimeException {
    private static final long serialVersionUID = 1;

    BrokenJson(String detail) {
        super(detail);
    }
}
