package dev.palimpsest.openai;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whether a client sends a request again because it did not hear the answer; official clients say
 * so by themselves, and send no Idempotency-Key.
 */
final class Retry {
    static final String HEADER = "x-stainless-retry-count";

    /** How long the first request may be ago. */
    static final Duration LONGEST = Duration.ofMinutes(10);

    private Retry() {}

    static boolean is(@Nullable String count) {
        return count != null && count.matches("\\d{1,9}") && Integer.parseInt(count) > 0;
    }
}
