package dev.palimpsest.background;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import com.github.kagkarlsson.scheduler.task.helper.CustomTask;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
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

    private final List<? extends Work> works;
    private final boolean doneHere;
    private final Scheduler scheduler;
    private final Clock clock;
    private volatile boolean leaving;

    BackgroundQueue(
            List<? extends Work> works,
            boolean doneHere,
            Function<List<CustomTask<Void>>, Scheduler> scheduler,
            RetrySettings retry,
            Clock clock) {
        this.works = List.copyOf(works);
        this.doneHere = doneHere;
        this.scheduler =
                scheduler.apply(
                        works.stream()
                                .map(work -> WorkTask.of(work, () -> leaving, retry))
                                .toList());
        this.clock = clock;
    }

    @EventListener
    void enter(Waiting waiting) {
        if (!isOurs(waiting)) return;
        scheduler.scheduleIfNotExists(
                TaskDescriptor.of(waiting.work()).instance(waiting.id()).build(),
                Objects.requireNonNullElseGet(waiting.notBefore(), clock::instant));
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
}
