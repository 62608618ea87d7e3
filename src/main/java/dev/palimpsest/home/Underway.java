package dev.palimpsest.home;

import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What this process does in the background just now, so that nothing is taken from under it. */
public final class Underway {
    private final Map<Object, Instant> works = new ConcurrentHashMap<>();
    private final Clock clock;

    public Underway(Clock clock) {
        this.clock = clock;
    }

    /** Ends with the block that it is opened for. */
    public interface Stay extends AutoCloseable {
        @Override
        void close();
    }

    /** A piece of work begins. */
    public Stay begin() {
        Object work = new Object();
        works.put(work, clock.instant());
        return () -> works.remove(work);
    }

    /** Since when something has been under way without a pause; now if nothing is. */
    public Instant since() {
        return works.values().stream().min(Comparator.naturalOrder()).orElseGet(clock::instant);
    }
}
