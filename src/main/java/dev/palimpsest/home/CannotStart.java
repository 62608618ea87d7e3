package dev.palimpsest.home;

/** Why the service cannot start on this machine, in one sentence that ends with the next step. */
public final class CannotStart extends RuntimeException {
    private static final long serialVersionUID = 1;

    public CannotStart(String sentence) {
        super(sentence);
    }

    public CannotStart(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
