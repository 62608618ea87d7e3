package dev.palimpsest.scoring;

/** A scoring can't be done, for the reason in the message: a sentence for who asked for it. */
final class CannotScore extends RuntimeException {
    private static final long serialVersionUID = 1;

    CannotScore(String reason) {
        super(reason);
    }
}
