package dev.palimpsest.worker;

import dev.palimpsest.artifacts.Damaged;
import dev.palimpsest.home.Home;
import dev.palimpsest.jobs.Fenced;
import dev.palimpsest.jobs.Outcome;
import dev.palimpsest.jobs.Status;
import dev.palimpsest.jobs.Turn;
import dev.palimpsest.jobs.Turns;
import dev.palimpsest.trainer.DiskFull;
import dev.palimpsest.trainer.Protocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/** A worker's life: it says that it is alive, and does jobs' turns, as many at a time as it may. */
@Component
public class Loop implements Runner, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Loop.class);

    private final Turns turns;
    private final Assignments assignments;
    private final Supervision supervision;
    private final Housekeeping housekeeping;
    private final Workers workers;
    private final Preemption preemption;
    private final Room room;
    private final WorkerSettings settings;
    private final Home home;
    private final Device device;
    private final ScheduledExecutorService heart =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("heart").factory());
    private volatile @Nullable Identity identity;
    private final Set<String> currentJobs = Collections.synchronizedSet(new LinkedHashSet<>());
    private volatile boolean leaving;

    Loop(
            Turns turns,
            Assignments assignments,
            Supervision supervision,
            Housekeeping housekeeping,
            Workers workers,
            Preemption preemption,
            Room room,
            WorkerSettings settings,
            Home home) {
        this.turns = turns;
        this.assignments = assignments;
        this.supervision = supervision;
        this.housekeeping = housekeeping;
        this.workers = workers;
        this.preemption = preemption;
        this.room = room;
        this.settings = settings;
        this.home = home;
        this.device = Device.of(settings);
    }

    /** Takes up a name and begins to be heard of; answers the name. */
    public String start() {
        Identity taken = Identity.taken(home, settings.id());
        identity = taken;
        beat(taken.id()); // a worker that is not known is given nothing
        long period = settings.heartbeat().toMillis();
        var _ =
                heart.scheduleWithFixedDelay(
                        () -> beat(taken.id()), period, period, TimeUnit.MILLISECONDS);
        return taken.id();
    }

    @Override
    public String id() {
        Identity taken = identity;
        return taken == null ? "no-worker" : taken.id();
    }

    /**
     * What goes wrong here and not in the trainer is the machine's fault, and another attempt may
     * do better.
     */
    @Override
    public Optional<Status> run(Turn turn, BooleanSupplier stopping) {
        currentJobs.add(turn.job());
        beat(id());
        try (var _ = MDC.putCloseable("job", turn.job());
                var _ = MDC.putCloseable("attempt", Integer.toString(turn.attempt()))) {
            return Optional.of(
                    turns.end(turn, outcome(turn, () -> leaving || stopping.getAsBoolean())));
        } catch (Fenced fenced) {
            LOG.warn(fenced.getMessage());
            return Optional.empty();
        } finally {
            currentJobs.remove(turn.job());
            beat(id());
        }
    }

    @Override
    public void suffered(Exception fault) {
        if (DiskFull.is(fault)) tellOfAFullDisk();
    }

    @EventListener(ContextClosedEvent.class)
    void leave() {
        leaving = true;
    }

    @Override
    public void close() throws IOException {
        heart.shutdownNow();
        Identity taken = identity;
        if (taken == null) return;
        workers.left(taken.id());
        taken.close();
    }

    private Outcome outcome(Turn turn, BooleanSupplier leaves) {
        try {
            Assignment assignment = assignments.of(turn, device);
            housekeeping.sweep(turn.job(), turn.attempt());
            Outcome outcome = supervision.run(assignment, runFile(assignment), leaves);
            if (outcome instanceof Outcome.DiskFull) tellOfAFullDisk();
            LOG.info("job {}: attempt {} {}", turn.job(), turn.attempt(), outcome.word());
            return outcome;
        } catch (Fenced fenced) {
            throw fenced;
        } catch (CannotRun | Damaged cannot) {
            return new Outcome.Failed(String.valueOf(cannot.getMessage()), "", false);
        } catch (InterruptedException _) {
            return new Outcome.HandedBack("the worker was stopped");
        } catch (Exception wrong) {
            LOG.error("job {}: attempt {} broke in the worker", turn.job(), turn.attempt(), wrong);
            if (DiskFull.is(wrong)) {
                tellOfAFullDisk();
                return new Outcome.DiskFull("a disk is full: " + wrong.getMessage(), "");
            }
            return new Outcome.Failed(
                    "worker %s could not go on: %s".formatted(id(), wrong.getMessage()), "", true);
        }
    }

    /** Told before what it had is let go, which then goes to another. */
    private void tellOfAFullDisk() {
        room.ranOut();
        beat(id());
    }

    private static Path runFile(Assignment assignment) throws IOException {
        Path file = Files.createDirectories(assignment.folder()).resolve("run.json");
        return Files.writeString(file, Protocol.written(assignment.run()));
    }

    /** One at a time, as the last one is to tell what is true now. */
    private synchronized void beat(String id) {
        try {
            workers.heard(
                    id,
                    device,
                    settings.slots(),
                    room.isFull(),
                    List.of(currentJobs.toArray(String[]::new)));
            preemption.lookIfFirst(id);
        } catch (DataAccessException | TransactionException unreachable) {
            LOG.warn("the heartbeat of {} was not stored: {}", id, unreachable.getMessage());
        }
    }
}
