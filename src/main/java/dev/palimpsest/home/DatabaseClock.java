package dev.palimpsest.home;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * The database's time, told by this machine's clock and how far that is off: processes that share a
 * database agree on which heartbeat is late, whatever their machines' clocks say. It ticks in
 * microseconds, as PostgreSQL keeps time: what is answered is what was stored.
 */
public final class DatabaseClock extends Clock {
    /** What a slow answer alone may look like; closer clocks are left as they are. */
    private static final Duration NOT_WORTH_SETTING = Duration.ofMillis(100);

    private final Clock machine;
    private volatile Duration off = Duration.ZERO;

    DatabaseClock(Clock machine) {
        this.machine = Clock.tick(machine, Duration.ofNanos(1000));
    }

    /**
     * @param asked this machine's time when the database was asked for its own
     * @param told what it told
     * @param took until the answer was here
     * @return how far this machine's clock is off now, if that is news
     */
    boolean set(Instant asked, Instant told, Duration took) {
        Duration measured = Duration.between(asked.plus(took.dividedBy(2)), told);
        Duration news = measured.minus(off).abs();
        if (news.compareTo(NOT_WORTH_SETTING.plus(took)) <= 0) return false;
        off = measured;
        return true;
    }

    Instant machineTime() {
        return machine.instant();
    }

    Duration off() {
        return off;
    }

    @Override
    public Instant instant() {
        return machine.instant().plus(off);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("times here are UTC");
    }
}
