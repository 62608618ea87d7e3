package dev.palimpsest.dispatch;

import com.github.kagkarlsson.scheduler.Scheduler;
import dev.palimpsest.jobs.JobQueued;
import dev.palimpsest.jobs.JobWithdrawn;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;

/**
 * What waits for a worker. It is written in the transaction that saves the job, so there is no
 * queued job without its entry and no entry without its job.
 */
@Component
class Queue {
    private static final Logger LOG = LoggerFactory.getLogger(Queue.class);

    /** In one statement, as an entry that was free when it was looked at may be taken since. */
    static final String LEAVE =
            "delete from scheduled_tasks where task_name = :task and task_instance = :entry and not picked";

    private final Scheduler scheduler;
    private final JobExecution execution;
    private final JdbcClient database;
    private final Journeys journeys;
    private final Clock clock;

    Queue(
            Scheduler scheduler,
            JobExecution execution,
            JdbcClient database,
            Journeys journeys,
            Clock clock) {
        this.scheduler = scheduler;
        this.execution = execution;
        this.database = database;
        this.journeys = journeys;
        this.clock = clock;
    }

    @EventListener
    void enter(JobQueued queued) {
        Entry entry = new Entry(queued.job(), queued.round());
        scheduler.scheduleIfNotExists(execution.task().instance(entry.toString()), clock.instant());
        journeys.note(entry);
    }

    /** A free worker of this process takes the job at once instead of at its next look. */
    @TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT)
    void wake(JobQueued queued) {
        LOG.atDebug().addKeyValue("job", queued.job()).log("job {} waits", queued.job());
        if (scheduler.getSchedulerState().isStarted()) scheduler.triggerCheckForDueExecutions();
    }

    /** A worker that takes the entry at this moment will find its job cancelled and drop it. */
    @EventListener
    void leave(JobWithdrawn withdrawn) {
        database.sql(LEAVE)
                .param("task", JobExecution.NAME)
                .param("entry", new Entry(withdrawn.job(), withdrawn.round()).toString())
                .update();
    }
}
