package dev.palimpsest.dispatch;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import dev.palimpsest.background.Waiting;
import dev.palimpsest.background.Withdrawn;
import java.time.Clock;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;

/** Lets pieces of device work wait among the jobs, in the transaction that asks for them. */
@Component
class DeviceQueue {
    private final Scheduler scheduler;
    private final DeviceWorks works;
    private final JdbcClient database;
    private final Clock clock;

    DeviceQueue(Scheduler scheduler, DeviceWorks works, JdbcClient database, Clock clock) {
        this.scheduler = scheduler;
        this.works = works;
        this.database = database;
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

    /** A worker that takes the entry at this moment will find that nothing is wanted. */
    @EventListener
    void leave(Withdrawn withdrawn) {
        Waiting waited = new Waiting(withdrawn.work(), withdrawn.id());
        if (works.includes(waited))
            database.sql(Queue.LEAVE)
                    .param("task", DeviceWorks.NAME)
                    .param("entry", DeviceWorks.piece(waited))
                    .update();
    }

    /** A free worker of this process takes it at once instead of at its next look. */
    @TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT)
    void wake(Waiting waiting) {
        if (works.includes(waiting) && scheduler.getSchedulerState().isStarted())
            scheduler.triggerCheckForDueExecutions();
    }
}
