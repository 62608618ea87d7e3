package dev.palimpsest.completions;

import dev.palimpsest.completions.CompletionDesk.Hearer;
import dev.palimpsest.completions.Completions.Filed;
import dev.palimpsest.completions.Completions.State;
import dev.palimpsest.events.Changes;
import dev.palimpsest.web.NotAnswered;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Follows a completion on the thread of who waits for it. */
final class Follower implements Changes.Watcher {
    private static final long BETWEEN_LOOKS_MILLIS = 500;

    private final String id;
    private final Completions completions;
    private final Duration timeout;
    private final long endsAtNanos;
    private final Semaphore news = new Semaphore(0);
    private volatile boolean closing;
    private long last;

    Follower(String id, Completions completions, Duration timeout) {
        this.id = id;
        this.completions = completions;
        this.timeout = timeout;
        this.endsAtNanos = System.nanoTime() + timeout.toNanos();
    }

    @Override
    public void wake() {
        news.release();
    }

    @Override
    public void end() {
        closing = true;
        news.release();
    }

    void follow(BooleanSupplier hungUp, Hearer hearer) throws IOException {
        while (true) {
            State state = completions.state(id); // asked first, so that no piece follows its end
            for (Filed filed : completions.piecesAfter(id, last)) {
                hearer.hear(filed.piece());
                last = filed.id();
            }
            if (state.is("succeeded")) return;
            if (state.is("failed")) throw NotAnswered.unavailable(String.valueOf(state.error()));
            if (state.is("cancelled")) throw late(state);
            await(state, hungUp);
        }
    }

    private void await(State state, BooleanSupplier hungUp) throws IOException {
        do {
            if (closing) throw NotAnswered.unavailable("the service is being stopped; ask again");
            if (System.nanoTime() - endsAtNanos >= 0) throw late(state);
            if (hungUp.getAsBoolean()) throw new IOException("the caller hung up");
        } while (!woken());
    }

    private boolean woken() {
        try {
            boolean woken = news.tryAcquire(BETWEEN_LOOKS_MILLIS, TimeUnit.MILLISECONDS);
            news.drainPermits();
            return woken;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw NotAnswered.unavailable("the service is being stopped; ask again");
        }
    }

    private NotAnswered late(State state) {
        long seconds = timeout.toSeconds();
        return state.is("queued")
                ? NotAnswered.unavailable(
                        "no worker was free within %d s; GET /api/v1/workers says what they do"
                                .formatted(seconds))
                : NotAnswered.late(
                        "the text was not finished within %d s; ask for fewer tokens"
                                .formatted(seconds));
    }
}
