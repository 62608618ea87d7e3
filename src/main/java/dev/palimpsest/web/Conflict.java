package dev.palimpsest.web;

/** The request is right but not in the present state of things; the message says which. */
public class Conflict extends RuntimeException {
    private static final long serialVersionUID = 1;

    public Conflict(String detail) {
        super(detail);
    }
}
