package dev.palimpsest.catalog;

import dev.palimpsest.home.Home;
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
class ImportModel {
    private static final Logger log = LoggerFactory.getLogger(ImportModel.class);
    private static final long LOOKS_EVERY_MILLIS = 1000;

    private final Imports imports;
    private final ModelFiles files;
    private final Home home;

    ImportModel(Imports imports, ModelFiles files, Home home) {
        this.imports = imports;
        this.files = files;
        this.home = home;
    }

    /** How an execution ended. */
    enum Ending {
        OVER,
        HANDED_BACK
    }

    Ending run(String id, BooleanSupplier stopping) throws IOException, InterruptedException {
        Optional<Imports.Attempt> begun = imports.begin(id);
        sweep(id);
        if (begun.isEmpty()) return Ending.OVER;
        Imports.Attempt attempt = begun.get();
        // named after the attempt: one that was replaced and wakes up must not touch this one's
        Path folder = home.models().resolve(prefix(id) + attempt.number());
        try {
            Files.createDirectory(folder);
            return run(attempt, folder, stopping);
        } finally {
            FileSystemUtils.deleteRecursively(folder);
        }
    }

    /** What attempts left whose process was killed. */
    private void sweep(String id) throws IOException {
        try (Stream<Path> entries = Files.list(home.models())) {
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

    private Ending run(Imports.Attempt attempt, Path folder, BooleanSupplier stopping)
            throws InterruptedException {
        Tally tally = new Tally();
        try (ExecutorService thread = Executors.newSingleThreadExecutor(thread(attempt))) {
            Future<ModelContent> work = thread.submit(() -> files.write(attempt, folder, tally));
            try {
                return watched(attempt, folder, tally, work, stopping);
            } finally {
                work.cancel(true); // and closing the executor waits for its end
            }
        }
    }

    private Ending watched(
            Imports.Attempt attempt,
            Path folder,
            Tally tally,
            Future<ModelContent> work,
            BooleanSupplier stopping)
            throws InterruptedException {
        while (true) {
            try {
                ModelContent content = work.get(LOOKS_EVERY_MILLIS, TimeUnit.MILLISECONDS);
                if (imports.imported(attempt, content, folder))
                    log.info("model {} is ready", attempt.model());
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
                    log.info("the import of model {} is called off", attempt.model());
                    return Ending.OVER;
                }
            }
        }
    }

    private void fail(Imports.Attempt attempt, @Nullable Throwable reason) {
        if (reason instanceof InterruptedException)
            return; // it noticed first that it was cancelled
        String sentence =
                switch (reason) {
                    case UnsupportedModel unsupported -> String.valueOf(unsupported.getMessage());
                    case HubRefused refused -> String.valueOf(refused.getMessage());
                    case IOException broken -> "its files could not be had: " + said(broken);
                    case null, default ->
                            throw new IllegalStateException(
                                    "the import of model " + attempt.model() + " broke", reason);
                };
        if (imports.failed(attempt, sentence))
            log.warn("model {} could not be imported", attempt.model(), reason);
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

    private static ThreadFactory thread(Imports.Attempt attempt) {
        return Thread.ofPlatform().daemon().name("import-" + attempt.model()).factory();
    }
}
