package dev.palimpsest.exports;

/** Something that an export needs is no longer there; no further attempt would find it. */
final class CannotExport extends RuntimeException {
    private static final long serialVersionUID = 1;

    CannotExport(String sentence) {
        super(sentence);
    }
}
