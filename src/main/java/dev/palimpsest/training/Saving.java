package dev.palimpsest.training;

import dev.palimpsest.training.Checkpoint.Damaged;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A checkpoint that is written while the run goes on: passes only read what is saved, so that
 * nothing has to be copied, but an update must wait for it.
 */
final class Saving {
    private final CompletableFuture<Checkpoint> written;
    private final TrainingLoop.Saved then;

    @FunctionalInterface
    interface Writing {
        Checkpoint write() throws IOException;
    }

    private Saving(CompletableFuture<Checkpoint> written, TrainingLoop.Saved then) {
        this.written = written;
        this.then = then;
    }

    static Saving begun(Writing writing, TrainingLoop.Saved then) {
        CompletableFuture<Checkpoint> written =
                CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return writing.write();
                            } catch (IOException failed) {
                                throw new UncheckedIOException(failed);
                            }
                        },
                        task -> Thread.ofPlatform().daemon().name("saving").start(task));
        return new Saving(written, then);
    }

    /** Waits until it is written, and tells it; throws what went wrong as if it were done here. */
    void settle() throws Damaged, IOException {
        then.accept(checkpoint());
    }

    private Checkpoint checkpoint() throws IOException {
        try {
            return written.join();
        } catch (CompletionException failed) {
            switch (failed.getCause()) {
                case UncheckedIOException unwritten -> throw unwritten.getCause();
                case RuntimeException wrong -> throw wrong;
                case null, default -> throw failed;
            }
        }
    }

    /** Waits until nothing is read or written any more, however that ended. */
    void end() {
        written.handle((_, _) -> true).join();
    }
}
