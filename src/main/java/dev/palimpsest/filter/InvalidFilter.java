package dev.palimpsest.filter;

/** What was asked in the filter language cannot be used; the message says where and why. */
public final class InvalidFilter extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * At a character, the first of which is 1.
     *
     * @param detail what was expected there, and what stands there
     */
    public InvalidFilter(int position, String detail) {
        super("at character %d: %s".formatted(position, detail));
    }
}
