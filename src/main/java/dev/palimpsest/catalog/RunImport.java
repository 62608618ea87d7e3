package dev.palimpsest.catalog;

import dev.palimpsest.background.Work.Ending;
import dev.palimpsest.hub.HubRefused;
import dev.palimpsest.model.UnsupportedModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.util.FileSystemUtils;

/**
 * Does one import: its files are made in a thread of their own, watched from here, which stores
 * once a second how far it is and learns whether it was cancelled.
 */
@Component
class RunImport {
    private static final Logger log = LoggerFactory.getLogger(RunImport.class);
    private static final long LOOKS_EVERY_MILLIS = 1000;

    private final Imports imports;

    RunImport(Imports imports) {
        this.imports = imports;
    }

    <T extends Imported> Ending run(Importer<T> importer, String id, BooleanSupplier stopping)
            throws IOException, InterruptedException {
        Optional<Imports.Attempt<T>> begun = imports.begin(importer.rows(), id);
        sweep(importer.place(), id);
        if (begun.isEmpty()) return Ending.OVER;
        Imports.Attempt<T> attempt = begun.get();
        // named after the attempt: one that was replaced and wakes up must not touch this one's
        Path folder = importer.place().resolve(prefix(id) + attempt.number());
        try {
            Files.createDirectory(folder);
            return run(importer, attempt, folder, stopping);
        } finally {
            FileSystemUtils.deleteRecursively(folder);
        }
    }

    /** What attempts left whose process was killed. */
    private static void sweep(Path place, String id) throws IOException {
        try (Stream<Path> entries = Files.list(place)) {
            for (Path left : entries.filter(entry -> isOf(id, entry)).toList())
                FileSystemUtils.deleteRecursively(left);
        }
    }

    private static boolean isOf(String id, Path entry) {
        return entry.getFileName().toString().startsWith(prefix(id));
    }

    private static String prefix(String id) {
        return ".import-" + id + "-";
    }

    private <T extends Imported> Ending run(
            Importer<T> importer, Imports.Attempt<T> attempt, Path folder, BooleanSupplier stopping)
            throws InterruptedException {
        Tally tally = new Tally();
        try (ExecutorService thread = Executors.newSingleThreadExecutor(thread(attempt))) {
            Future<Importer.Move<T>> work =
                    thread.submit(() -> importer.write(attempt, folder, tally));
            try {
                return watched(attempt, tally, work, stopping);
            } finally {
                work.cancel(true); // and closing the executor waits for its end
            }
        }
    }

    private <T extends Imported> Ending watched(
            Imports.Attempt<T> attempt,
            Tally tally,
            Future<Importer.Move<T>> work,
            BooleanSupplier stopping)
            throws InterruptedException {
        while (true) {
            try {
                Importer.Move<T> last = work.get(LOOKS_EVERY_MILLIS, TimeUnit.MILLISECONDS);
                if (imports.move(attempt, last)) log.info("the import of {} is over", attempt);
                return Ending.OVER;
            } catch (ExecutionException failed) {
                fail(attempt, failed.getCause());
                return Ending.OVER;
            } catch (UncheckedIOException failed) {
                fail(attempt, failed.getCause());
                return Ending.OVER;
            } catch (TimeoutException _) {
                if (stopping.getAsBoolean()) return Ending.HANDED_BACK;
                if (!imports.progressed(attempt, tally.now())) {
                    log.info("the import of {} is called off", attempt);
                    return Ending.OVER;
                }
            }
        }
    }

    private <T extends Imported> void fail(Imports.Attempt<T> attempt, @Nullable Throwable reason) {
        if (reason instanceof InterruptedException)
            return; // it noticed first that it was cancelled
        String sentence =
                switch (reason) {
                    case UnsupportedModel unsupported -> String.valueOf(unsupported.getMessage());
                    case CannotImport unusable -> String.valueOf(unusable.getMessage());
                    case HubRefused refused -> String.valueOf(refused.getMessage());
                    case IOException broken -> "its files could not be had: " + said(broken);
                    case null, default ->
                            throw new IllegalStateException(
                                    "the import of " + attempt + " broke", reason);
                };
        if (imports.failed(attempt, sentence))
            log.warn("{} could not be imported", attempt, reason);
    }

    /**
     * A file system's exceptions have a path for a message, and say what is wrong by their name.
     */
    private static String said(IOException broken) {
        String message = broken.getMessage();
        return message == null || broken instanceof FileSystemException
                ? broken.toString()
                : message;
    }

    private static ThreadFactory thread(Imports.Attempt<?> attempt) {
        return Thread.ofPlatform().daemon().name("import-" + attempt.thing().name()).factory();
    }
}
