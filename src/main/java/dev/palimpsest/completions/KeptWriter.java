package dev.palimpsest.completions;

import dev.palimpsest.home.Home;
import dev.palimpsest.trainer.CompletionRun;
import dev.palimpsest.trainer.Protocol;
import dev.palimpsest.trainer.TrainerEvent.CompletionAnswer;
import dev.palimpsest.worker.Answering;
import dev.palimpsest.worker.Loop;
import dev.palimpsest.worker.Writers;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.util.FileSystemUtils;

/**
 * The process that wrote last. It stays a while, as whoever asks a model something asks it more,
 * and loading costs more than writing.
 */
@Component
class KeptWriter {
    private static final Logger log = LoggerFactory.getLogger(KeptWriter.class);

    private final Writers writers;
    private final Loop loop;
    private final Home home;
    private final CompletionSettings settings;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("kept-writer").factory());
    private @Nullable Kept kept;
    private long uses;

    KeptWriter(Writers writers, Loop loop, Home home, CompletionSettings settings) {
        this.writers = writers;
        this.loop = loop;
        this.home = home;
        this.settings = settings;
    }

    /** A process and the weights that it has. */
    private record Kept(
            CompletionRun run, String content, Answering<CompletionAnswer> process, Path folder) {}

    /**
     * One that has these weights; until it is at rest it is its caller's.
     *
     * @param content what the weights are, wherever they lie
     */
    synchronized Answering<CompletionAnswer> of(CompletionRun run, String content)
            throws IOException, InterruptedException {
        uses++;
        Kept its = kept;
        if (its != null
                && its.run().equals(run)
                && its.content().equals(content)
                && its.process().ending().isEmpty()) return its.process();
        letGo();
        Path folder = home.root().resolve(".writer-" + loop.id());
        FileSystemUtils.deleteRecursively(folder); // of a killed one
        Files.createDirectory(folder);
        Path runFile = folder.resolve("run.json");
        Files.writeString(runFile, Protocol.written(run));
        Kept started = new Kept(run, content, writers.start(folder, runFile), folder);
        kept = started;
        return started.process();
    }

    /** Nothing is asked of it for the moment. */
    synchronized void rest() {
        long since = uses;
        var _ =
                timer.schedule(
                        () -> endIfUnused(since),
                        settings.idle().toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    private synchronized void endIfUnused(long since) {
        if (uses != since) return;
        try {
            letGo();
        } catch (IOException failed) {
            log.warn("the folder of a process that has ended stays: {}", failed.getMessage());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends it, so that all it had of the device is free. */
    synchronized void letGo() throws IOException, InterruptedException {
        Kept its = kept;
        kept = null;
        if (its == null) return;
        its.process().closeFully();
        FileSystemUtils.deleteRecursively(its.folder());
    }

    @PreDestroy
    void stop() throws IOException, InterruptedException {
        timer.shutdownNow();
        letGo();
    }
}
