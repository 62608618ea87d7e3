package dev.palimpsest.trainer;

import dev.palimpsest.data.Progress;
import dev.palimpsest.training.TrainingLoop.Stopped;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in the log how far a long file is tokenised; throws {@link Stopped} if that is to end. */
final class LoggedProgress implements Progress {
    private static final Logger LOG = LoggerFactory.getLogger(LoggedProgress.class);
    private static final long EVERY_MILLIS = 5000;

    private final Path file;
    private final Clock clock;
    private final BooleanSupplier stopped;
    private final long began;
    private long saidAt;

    LoggedProgress(Path file, Clock clock, BooleanSupplier stopped) {
        this.stopped = stopped;
        this.file = file;
        this.clock = clock;
        this.began = clock.millis();
        this.saidAt = began;
    }

    @Override
    public void at(long bytes, long ofBytes, long documents, long tokens) {
        if (stopped.getAsBoolean()) throw new Stopped();
        long now = clock.millis();
        boolean first = saidAt == began;
        if (now - saidAt < EVERY_MILLIS && (first || bytes < ofBytes)) return;
        saidAt = now;
        LOG.info(
                "tokenising {}: {} % of its bytes, {} documents, {} tokens, {} tokens/s",
                file,
                100 * bytes / Math.max(1, ofBytes),
                documents,
                tokens,
                1000 * tokens / Math.max(1, now - began));
    }
}
