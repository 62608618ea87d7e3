package dev.palimpsest.dispatch;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import dev.palimpsest.background.DeviceWork;
import dev.palimpsest.background.Waiting;
import java.time.Clock;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;

/** Lets pieces of device work wait among the jobs, in the transaction that asks for them. */
@Component
class DeviceQueue {
    private final Scheduler scheduler;
    private final DeviceWork work;
    private final Clock clock;

    DeviceQueue(Scheduler scheduler, DeviceWork work, Clock clock) {
        this.scheduler = scheduler;
        this.work = work;
        this.clock = clock;
    }

    @EventListener
    void enter(Waiting waiting) {
        if (waiting.work().equals(work.name()))
            scheduler.scheduleIfNotExists(
                    TaskDescriptor.of(work.name()).instance(waiting.id()).build(), clock.instant());
    }

    /** A free worker of this process takes it at once instead of at its next look. */
    @TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT)
    void wake(Waiting waiting) {
        if (waiting.work().equals(work.name()) && scheduler.getSchedulerState().isStarted())
            scheduler.triggerCheckForDueExecutions();
    }
}
