package dev.palimpsest.webhooks;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One post of a delivery.
 *
 * @param status what was answered
 * @param error why nothing was
 */
record Attempt(Instant at, @Nullable Integer status, @Nullable String error, long milliseconds) {
    private static final int GONE = 410;

    boolean succeeded() {
        return status != null && status / 100 == 2;
    }

    /** The endpoint asks never to be told again. */
    boolean isGone() {
        return status != null && status == GONE;
    }

    /** What came of it, in words. */
    String words() {
        if (status == null) return String.valueOf(error);
        return status / 100 == 3
                ? "it answered %d, and redirects are not followed".formatted(status)
                : "it answered " + status;
    }
}
