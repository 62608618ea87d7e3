package dev.palimpsest.dispatch;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The idle workers, which all hear of what waits and of which one will get it. Where they are many,
 * chance has a few of them look at once and the others less often, so that together they ask the
 * database no more than a few hundred times a second.
 */
@Component
class Crowd {
    private static final double LOOK_AT_ONCE = 32;
    private static final double LOOKS_A_SECOND = 500; // each looks once in one
    private static final Duration COUNTED_EVERY = Duration.ofSeconds(30);

    private static final String IDLE =
            "select count(*) from workers where current_job is null and last_heartbeat >= ?";

    private final LongSupplier count;
    private final RandomGenerator random;
    private final Clock clock;
    private volatile double idle = 1;
    private volatile Instant counted = Instant.MIN;
    private volatile boolean called;

    @Autowired
    Crowd(JdbcClient database, Clock clock) {
        this(
                () ->
                        database.sql(IDLE)
                                .param(Timestamp.from(clock.instant().minus(COUNTED_EVERY)))
                                .query(Long.class)
                                .single(),
                () -> ThreadLocalRandom.current().nextLong(),
                clock);
    }

    Crowd(LongSupplier count, RandomGenerator random, Clock clock) {
        this.count = count;
        this.random = random;
        this.clock = clock;
    }

    /** Whether this worker is one of those that look at once when something comes in. */
    boolean isCalled() {
        if (!isDrawn(LOOK_AT_ONCE)) return false;
        called = true;
        return true;
    }

    /** Whether it looks now: it was called, or it is time. */
    boolean looks() {
        if (called) {
            called = false;
            return true;
        }
        recount();
        return isDrawn(LOOKS_A_SECOND);
    }

    private boolean isDrawn(double few) {
        return idle <= few || random.nextDouble() < few / idle;
    }

    private void recount() {
        Instant now = clock.instant();
        if (now.isBefore(counted.plus(COUNTED_EVERY))) return;
        counted = now;
        try {
            idle = count.getAsLong();
        } catch (DataAccessException _) { // the next look will say so
        }
    }
}
