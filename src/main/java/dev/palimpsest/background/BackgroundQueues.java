package dev.palimpsest.background;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.boot.config.DbSchedulerProperties;
import com.github.kagkarlsson.scheduler.event.ExecutionInterceptor;
import com.github.kagkarlsson.scheduler.task.helper.CustomTask;
import java.time.Clock;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.stereotype.Component;

/** Makes queues that claim as the jobs' queue does, each with a table and threads of its own. */
@Component
public class BackgroundQueues {
    private final DataSource database;
    private final DbSchedulerProperties timing;
    private final Clock clock;
    private final com.github.kagkarlsson.scheduler.Clock beats;
    private final ExecutionInterceptor underway;
    private final RetrySettings retry;

    BackgroundQueues(
            DataSource database,
            DbSchedulerProperties timing,
            Clock clock,
            com.github.kagkarlsson.scheduler.Clock beats,
            ExecutionInterceptor underway,
            RetrySettings retry) {
        this.database = database;
        this.timing = timing;
        this.clock = clock;
        this.beats = beats;
        this.underway = underway;
        this.retry = retry;
    }

    /**
     * The queue of some kinds of work.
     *
     * @param doneHere whether this process takes pieces, or only queues them
     */
    public BackgroundQueue of(
            String table, int threads, boolean doneHere, List<? extends Work> works) {
        return new BackgroundQueue(
                works, doneHere, tasks -> scheduler(table, threads, tasks), retry, clock);
    }

    private Scheduler scheduler(String table, int threads, List<CustomTask<Void>> tasks) {
        return Scheduler.create(new TransactionAwareDataSourceProxy(database), List.copyOf(tasks))
                .tableName(table)
                .clock(beats)
                .addExecutionInterceptor(underway)
                .threads(threads)
                .pollingInterval(timing.getPollingInterval())
                .heartbeatInterval(timing.getHeartbeatInterval())
                .missedHeartbeatsLimit(timing.getMissedHeartbeatsLimit())
                .shutdownMaxWait(timing.getShutdownMaxWait())
                .build();
    }
}
