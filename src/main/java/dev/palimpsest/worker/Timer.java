package dev.palimpsest.worker;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A span of real time, whatever the calendar's clock is set to meanwhile. */
record Timer(@Nullable Long endsAtNanos) {
    static Timer of(Duration span) {
        return new Timer(System.nanoTime() + span.toNanos());
    }

    /** One that is never over. */
    static Timer stopped() {
        return new Timer(null);
    }

    boolean over() {
        return endsAtNanos != null && System.nanoTime() - endsAtNanos >= 0;
    }
}
