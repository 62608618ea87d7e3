package dev.palimpsest.worker;

import dev.palimpsest.trainer.Protocol;
import dev.palimpsest.trainer.TrainerEvent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * A trainer's process: its events wait in order in a queue of bounded length, so that a trainer
 * never runs far ahead of what is filed; its log waits in a {@link LogTail}.
 */
final class RunningTrainer implements AutoCloseable {
    private static final int MOST_EVENTS_WAITING = 2_000;
    private static final int LONGEST_LOG_LINE = 4_000;
    private static final int LONGEST_EVENT = 1 << 28;
    private static final Duration AFTER_THE_END = Duration.ofSeconds(2);

    private final Process process;
    private final BlockingQueue<TrainerEvent> events =
            new LinkedBlockingQueue<>(MOST_EVENTS_WAITING);
    private final LogTail log = new LogTail();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final Thread eventReader;
    private final Thread logReader;

    private RunningTrainer(Process process) {
        this.process = process;
        this.eventReader = reader(process.getInputStream(), LONGEST_EVENT, this::hear);
        this.logReader = reader(process.getErrorStream(), LONGEST_LOG_LINE, log::add);
    }

    static RunningTrainer start(TrainerCommand command, Path folder, Path runFile) {
        try {
            return new RunningTrainer(command.in(folder, runFile).start());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Reading a pipe would block the carrier of a virtual thread. */
    private static Thread reader(InputStream stream, int longest, Consumer<String> each) {
        return Thread.ofPlatform().daemon().start(() -> Lines.read(stream, longest, each));
    }

    /** Waits for events at most so long; takes no more than {@code most} of those that wait. */
    List<TrainerEvent> next(int most, Duration patience) throws InterruptedException {
        List<TrainerEvent> batch = new ArrayList<>();
        TrainerEvent first = events.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
        if (first == null) return batch;
        batch.add(first);
        events.drainTo(batch, most - 1);
        return batch;
    }

    /** The exit code, once the process has ended and nothing of what it said is left. */
    OptionalInt ended() throws InterruptedException {
        if (process.isAlive() || !events.isEmpty()) return OptionalInt.empty();
        // a child of a killed trainer may hold its streams open; it has nothing to say
        boolean read = eventReader.join(AFTER_THE_END) && logReader.join(AFTER_THE_END);
        if (read && !events.isEmpty()) return OptionalInt.empty();
        return OptionalInt.of(process.exitValue());
    }

    /** Says a line to one that listens; one that has ended does not. */
    void say(String line) {
        try {
            process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException _) {
            // how it ended is told by its exit code
        }
    }

    /** Asks for the end: a trainer whose input closes saves its last step and exits. */
    void ask() {
        if (!closing.compareAndSet(false, true)) return;
        try {
            process.getOutputStream().close();
        } catch (IOException _) {
            // it has ended already
        }
    }

    /** Ends it without asking. */
    void kill() {
        process.destroyForcibly();
    }

    Optional<Long> pid() {
        return process.isAlive() ? Optional.of(process.pid()) : Optional.empty();
    }

    LogTail log() {
        return log;
    }

    @Override
    public void close() {
        ask();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        eventReader.interrupt();
        logReader.interrupt();
    }

    /** The same, and waits until all it had of the device is free. */
    void closeFully() throws InterruptedException {
        close();
        process.waitFor();
    }

    /** A line that is no event is some library's word, and so it belongs to the log. */
    private void hear(String line) {
        Optional<TrainerEvent> event = event(line);
        if (event.isEmpty()) {
            log.add(line);
            return;
        }
        try {
            events.put(event.get());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Of one that speaks as this worker does not nothing can be filed, so it is ended. */
    private Optional<TrainerEvent> event(String line) {
        if (!line.startsWith("{")) return Optional.empty();
        try {
            return Optional.of(TrainerEvent.of(line));
        } catch (Protocol.Newer newer) {
            kill();
            return Optional.of(new TrainerEvent.Failed(String.valueOf(newer.getMessage())));
        } catch (tools.jackson.core.JacksonException _) {
            return Optional.empty();
        }
    }
}
