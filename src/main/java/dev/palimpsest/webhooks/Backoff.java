package dev.palimpsest.webhooks;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait after a failure: 10 seconds, then three times as long each time, so that ten
 * attempts take about 27 hours; a fifth more or less, so that those which failed together do not
 * come back together.
 */
record Backoff(RandomGenerator random) {
    static final int MOST_TRIES = 10;
    private static final Duration FIRST = Duration.ofSeconds(10);
    private static final double SPREAD = 0.2;

    /**
     * @param tries how many have failed
     */
    Duration after(int tries) {
        double spread = random.nextDouble(1 - SPREAD, 1 + SPREAD);
        return Duration.ofMillis((long) (FIRST.toMillis() * Math.pow(3, tries - 1) * spread));
    }
}
