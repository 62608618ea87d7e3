package dev.palimpsest.background;

/**
 * A piece can't be done, for the reason in the message, and no further attempt could do it: a
 * sentence for who asked for it.
 */
public final class CannotDo extends RuntimeException {
    private static final long serialVersionUID = 1;

    public CannotDo(String reason) {
        super(reason);
    }
}
