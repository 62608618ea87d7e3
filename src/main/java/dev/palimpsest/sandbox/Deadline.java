package dev.palimpsest.sandbox;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** When it passes, a program is cancelled; if that has no effect, its process ends with it. */
final class Deadline implements AutoCloseable {
    /** As the paper's harness, which kills what runs on a second after its time. */
    static final Duration GRACE = Duration.ofSeconds(1);

    private static final ScheduledExecutorService CLOCK =
            Executors.newScheduledThreadPool(2, Thread.ofPlatform().daemon().factory());

    private final long start = System.nanoTime();
    private final ScheduledFuture<?> cancelling;
    private final ScheduledFuture<?> ending;
    private volatile boolean passed;

    private Deadline(long nanos, Runnable cancel) {
        cancelling = CLOCK.schedule(() -> pass(cancel), nanos, TimeUnit.NANOSECONDS);
        ending =
                CLOCK.schedule(
                        () -> Runtime.getRuntime().halt(Wire.OVERTIME),
                        nanos + GRACE.toNanos(),
                        TimeUnit.NANOSECONDS);
    }

    static Deadline in(double seconds, Runnable cancel) {
        return new Deadline((long) (seconds * 1e9), cancel);
    }

    private void pass(Runnable cancel) {
        passed = true;
        cancel.run();
    }

    boolean passed() {
        return passed;
    }

    double seconds() {
        return (System.nanoTime() - start) / 1e9;
    }

    @Override
    public void close() {
        cancelling.cancel(false);
        ending.cancel(false);
    }
}
