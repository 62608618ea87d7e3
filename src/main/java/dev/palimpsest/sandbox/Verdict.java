package dev.palimpsest.sandbox;

/**
 * How a program ended.
 *
 * @param detail the exception's type and message, cut; empty where the program passed
 * @param seconds that it ran, by the clock on the wall
 * @param limit that it ran under
 */
public record Verdict(Ending ending, String detail, double seconds, TimeLimit limit) {
    /** Only a program that ran to its last line has passed. */
    public enum Ending {
        PASSED,
        /** It raised something, or left before its last line. */
        FAILED,
        TIMED_OUT,
        OUT_OF_MEMORY,
        /** It asked for what the sandbox does not give, or is too long to be run. */
        REFUSED
    }

    public boolean passed() {
        return ending == Ending.PASSED;
    }
}
