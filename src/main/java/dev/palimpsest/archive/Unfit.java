package dev.palimpsest.archive;

/** A row of an archive is none that this service could have written. */
final class Unfit extends RuntimeException {
    private static final long serialVersionUID = 1;

    Unfit(String message) {
        super(message);
    }
}
