package dev.palimpsest.dispatch;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
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
    private final DeviceWorks works;
    private final Clock clock;

    DeviceQueue(Scheduler scheduler, DeviceWorks works, Clock clock) {
        this.scheduler = scheduler;
        this.works = works;
        this.clock = clock;
    }

    @EventListener
    void enter(Waiting waiting) {
        if (works.includes(waiting))
            scheduler.scheduleIfNotExists(
                    TaskDescriptor.of(DeviceWorks.NAME)
                            .instance(DeviceWorks.piece(waiting))
                            .build(),
                    clock.instant());
    }

    /** A free worker of this process takes it at once instead of at its next look. */
    @TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT)
    void wake(Waiting waiting) {
        if (works.includes(waiting) && scheduler.getSchedulerState().isStarted())
            scheduler.triggerCheckForDueExecutions();
    }
}
