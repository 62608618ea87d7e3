package dev.palimpsest.trainer;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Hears that the run is to stop: by the end of standard input, when the worker is gone or wants it,
 * or by a signal. The run asks after every micro-batch, saves its last step and ends.
 */
final class StopRequest {
    private static final Duration DEAF = Duration.ofMinutes(10);
    private static final int RUNNING = -1;
    private static final int SIGNALLED = -2;

    private final CountDownLatch heard = new CountDownLatch(1);
    private final AtomicInteger ending = new AtomicInteger(RUNNING);
    private volatile boolean made;
    private volatile int exitCode = 1;

    /** Whether to stop; who is told so must come to an end by itself. */
    boolean isMade() {
        if (made) heard.countDown();
        return made;
    }

    /** Ends the process with a code, by whichever of the two threads was first to want that. */
    void end(int code) {
        if (ending.compareAndSet(RUNNING, code)) System.exit(code);
        exitCode = code; // the hook waits for this thread, which must not wait for it
    }

    /** Takes a signal for the request that it is; to be called once, on the run's thread. */
    void hearSignals() {
        Thread run = Thread.currentThread();
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    if (!ending.compareAndSet(RUNNING, SIGNALLED)) return;
                                    made = true;
                                    joined(run);
                                    Runtime.getRuntime().halt(exitCode);
                                }));
    }

    /** Waits for the end of input; to be called on a thread of its own. */
    void hearEndOfInput(int code) {
        Begun.awaitEndOfInput();
        made = true;
        try {
            if (heard.await(DEAF.toMillis(), TimeUnit.MILLISECONDS)) return;
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(code); // a native call that does not end
    }

    private static void joined(Thread run) {
        try {
            run.join();
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
    }
}
