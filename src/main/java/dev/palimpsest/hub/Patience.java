package dev.palimpsest.hub;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tries again what may succeed later, each time after a longer wait, until it is hopeless. */
record Patience(Pause pause, Clock clock) {
    private static final Logger LOG = LoggerFactory.getLogger(Patience.class);

    /** In a row, with nothing achieved in between. */
    static final int MOST_FAILURES = 6;

    private static final Duration LONGEST_WAIT = Duration.ofMinutes(15);

    /** One try. */
    interface Try<T> {
        T once(Attempts attempts) throws IOException, InterruptedException;
    }

    /** Counts failures; what achieves something starts the count again. */
    static final class Attempts {
        private int failures;

        void achieved() {
            failures = 0;
        }
    }

    <T> T with(Try<T> work) throws IOException, InterruptedException {
        Attempts attempts = new Attempts();
        while (true) {
            try {
                return work.once(attempts);
            } catch (IOException failed) {
                if (Thread.currentThread().isInterrupted()) throw new InterruptedException();
                if (++attempts.failures >= MOST_FAILURES) throw failed;
                Duration wait = wait(failed, attempts.failures);
                LOG.info("{}; the next try is in {} s", failed.getMessage(), wait.toSeconds());
                pause.of(wait);
            }
        }
    }

    private static Duration wait(IOException failed, int failures) throws IOException {
        if (failed instanceof TryLater later && later.asked() != null) {
            if (later.asked().compareTo(LONGEST_WAIT) > 0) throw failed;
            return later.asked();
        }
        return Duration.ofSeconds(1L << (failures - 1));
    }
}
