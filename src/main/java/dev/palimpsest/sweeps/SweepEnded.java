package dev.palimpsest.sweeps;

/**
 * The last job of a sweep came to its end; published inside the transaction in which it did.
 *
 * @param rounds of all its jobs together: higher at each further end, as some were tried again
 */
public record SweepEnded(String sweep, String experiment, long rounds) {}
