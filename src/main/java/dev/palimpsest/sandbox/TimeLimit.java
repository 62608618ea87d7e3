package dev.palimpsest.sandbox;

import java.time.Duration;

/**
 * How long a program may run.
 *
 * @param protocol what a benchmark's protocol gives CPython
 * @param slowdown how much slower this interpreter is; the limit is the product of both
 */
public record TimeLimit(Duration protocol, double slowdown) {
    /** The paper's three seconds (section 3.2), for an interpreter that takes ten times as long. */
    public static final TimeLimit PAPER = new TimeLimit(Duration.ofSeconds(3), 10);

    public TimeLimit {
        if (protocol.isZero() || protocol.isNegative() || !(slowdown > 0))
            throw new IllegalArgumentException(
                    "A time limit must be positive, got %s x %s".formatted(protocol, slowdown));
    }

    public Duration allowed() {
        return Duration.ofNanos(Math.round(protocol.toNanos() * slowdown));
    }
}
