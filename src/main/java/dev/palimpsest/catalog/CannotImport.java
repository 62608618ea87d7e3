package dev.palimpsest.catalog;

/** A source that is no good, however often it is tried; the message names the next step. */
final class CannotImport extends RuntimeException {
    private static final long serialVersionUID = 1;

    CannotImport(String sentence) {
        super(sentence);
    }
}
