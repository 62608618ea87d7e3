package dev.palimpsest.background;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import com.github.kagkarlsson.scheduler.task.helper.CustomTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;

/**
 * Work that waits or runs, each piece claimed by one process. It has a table and threads of its
 * own, so that it neither waits behind jobs nor counts as waiting jobs.
 */
public final class BackgroundQueue implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(BackgroundQueue.class);
    private static final int MOST_FAULTS = 3;
    private static final Duration AFTER_A_FAULT = Duration.ofSeconds(5);

    private final List<? extends Work> works;
    private final boolean doneHere;
    private final Scheduler scheduler;
    private final Clock clock;
    private volatile boolean leaving;

    BackgroundQueue(
            List<? extends Work> works,
            boolean doneHere,
            Function<List<CustomTask<Void>>, Scheduler> scheduler,
            Clock clock) {
        this.works = List.copyOf(works);
        this.doneHere = doneHere;
        this.scheduler = scheduler.apply(works.stream().map(this::task).toList());
        this.clock = clock;
    }

    private CustomTask<Void> task(Work work) {
        return Tasks.custom(work.name(), Void.class)
                .onDeadExecution(this::processDied)
                .onFailure((failed, entry) -> broke(work, failed, entry))
                .execute((entry, _) -> execute(work, entry.getId()));
    }

    @EventListener
    void enter(Waiting waiting) {
        if (!isOurs(waiting)) return;
        scheduler.scheduleIfNotExists(
                TaskDescriptor.of(waiting.work()).instance(waiting.id()).build(), clock.instant());
    }

    /** A free thread of this process takes it at once instead of at its next look. */
    @TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT)
    void wake(Waiting waiting) {
        if (isOurs(waiting) && scheduler.getSchedulerState().isStarted())
            scheduler.triggerCheckForDueExecutions();
    }

    private boolean isOurs(Waiting waiting) {
        return works.stream().anyMatch(work -> work.name().equals(waiting.work()));
    }

    @EventListener(ApplicationReadyEvent.class)
    void start() throws IOException {
        if (!doneHere) return;
        for (Work work : works) work.prepare();
        scheduler.start();
    }

    /** What runs is handed back; another process or the next start takes it up. */
    @EventListener(ContextClosedEvent.class)
    void leave() {
        leaving = true;
        scheduler.pause();
    }

    @Override
    public void close() {
        scheduler.stop();
    }

    private CompletionHandler<Void> execute(Work work, String id) {
        return switch (run(work, id)) {
            case OVER -> (_, entry) -> entry.remove();
            case HANDED_BACK -> (done, entry) -> entry.reschedule(done, done.getTimeDone());
        };
    }

    private Work.Ending run(Work work, String id) {
        try {
            return work.run(id, () -> leaving);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException _) { // it stops, and did not wait for the end
            return Work.Ending.HANDED_BACK;
        }
    }

    private void processDied(ExecutionComplete dead, ExecutionOperations<Void> entry) {
        entry.reschedule(dead, dead.getTimeDone());
        log.warn(
                "{} is taken up again: its process stopped answering",
                dead.getExecution().taskInstance);
    }

    /** What goes wrong here and not in the work may be over soon, but not for ever. */
    private void broke(Work work, ExecutionComplete failed, ExecutionOperations<Void> entry) {
        if (failed.getExecution().consecutiveFailures + 1 < MOST_FAULTS) {
            entry.reschedule(failed, failed.getTimeDone().plus(AFTER_A_FAULT));
            return;
        }
        giveUp(work, failed);
        entry.remove();
    }

    private static void giveUp(Work work, ExecutionComplete failed) {
        try {
            work.giveUp(
                    failed.getExecution().taskInstance.getId(),
                    failed.getCause().map(Throwable::toString).orElse("unknown"));
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }
}
