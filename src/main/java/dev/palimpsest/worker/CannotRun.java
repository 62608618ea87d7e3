package dev.palimpsest.worker;

/** Something that a job names is no longer there; no further attempt would find it. */
final class CannotRun extends RuntimeException {
    private static final long serialVersionUID = 1;

    CannotRun(String sentence) {
        super(sentence);
    }
}
