package dev.palimpsest.model;

/** A model directory that cannot be run as it is; the message names the file and what is wrong. */
public final class UnsupportedModel extends RuntimeException {
    private static final long serialVersionUID = 1;

    public UnsupportedModel(String message) {
        super(message);
    }
}
