package dev.palimpsest.exports;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.boot.config.DbSchedulerProperties;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.helper.CustomTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import dev.palimpsest.home.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.stereotype.Component;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;

/**
 * Exports that wait or run, one at a time where jobs run. They have a table and a thread of their
 * own, so that none waits for a training and no length of the jobs' queue counts one.
 */
@Component
class ExportQueue implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ExportQueue.class);
    private static final String NAME = "export";
    private static final int MOST_FAULTS = 3;
    private static final Duration AFTER_A_FAULT = Duration.ofSeconds(5);

    private final MakeExport makeExport;
    private final ExportTurns turns;
    private final ExportFolders folders;
    private final Exports exports;
    private final Settings settings;
    private final Clock clock;
    private final CustomTask<Void> task;
    private final Scheduler scheduler;
    private volatile boolean leaving;

    ExportQueue(
            MakeExport makeExport,
            ExportTurns turns,
            ExportFolders folders,
            Exports exports,
            Settings settings,
            Clock clock,
            DataSource database,
            DbSchedulerProperties timing) {
        this.makeExport = makeExport;
        this.turns = turns;
        this.folders = folders;
        this.exports = exports;
        this.settings = settings;
        this.clock = clock;
        this.task =
                Tasks.custom(NAME, Void.class)
                        .onDeadExecution(this::processDied)
                        .onFailure(this::broke)
                        .execute((entry, _) -> execute(entry.getId()));
        this.scheduler =
                Scheduler.create(new TransactionAwareDataSourceProxy(database), task)
                        .tableName("export_queue")
                        .threads(1)
                        .pollUsingLockAndFetch(0.5, 1.0)
                        .pollingInterval(timing.getPollingInterval())
                        .heartbeatInterval(timing.getHeartbeatInterval())
                        .missedHeartbeatsLimit(timing.getMissedHeartbeatsLimit())
                        .shutdownMaxWait(timing.getShutdownMaxWait())
                        .build();
    }

    /** An export was asked for. */
    record Asked(String export) {}

    @EventListener
    void enter(Asked asked) {
        scheduler.scheduleIfNotExists(task.instance(asked.export()), clock.instant());
    }

    /** A free worker of this process takes it at once instead of at its next look. */
    @TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT)
    void wake(Asked asked) {
        log.debug("{} waits", asked.export());
        if (scheduler.getSchedulerState().isStarted()) scheduler.triggerCheckForDueExecutions();
    }

    @EventListener(ApplicationReadyEvent.class)
    void start() throws IOException {
        if (!settings.role().runsJobs()) return;
        folders.deleteAllBut(exports::existsById);
        scheduler.start();
    }

    /** The one that runs is handed back; another worker or the next start makes it. */
    @EventListener(ContextClosedEvent.class)
    void leave() {
        leaving = true;
        scheduler.pause();
    }

    @Override
    public void close() {
        scheduler.stop();
    }

    private CompletionHandler<Void> execute(String id) {
        return switch (run(id)) {
            case OVER -> (_, entry) -> entry.remove();
            case HANDED_BACK -> (done, entry) -> entry.reschedule(done, done.getTimeDone());
        };
    }

    private MakeExport.Ending run(String id) {
        try {
            return makeExport.run(id, () -> leaving);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException _) { // it stops, and did not wait for the end
            return MakeExport.Ending.HANDED_BACK;
        }
    }

    private void processDied(ExecutionComplete dead, ExecutionOperations<Void> entry) {
        entry.reschedule(dead, dead.getTimeDone());
        log.warn("{} begins anew: its worker stopped answering", dead.getExecution().taskInstance);
    }

    /** What goes wrong here and not in the checkpoint may be over soon, but not for ever. */
    private void broke(ExecutionComplete failed, ExecutionOperations<Void> entry) {
        if (failed.getExecution().consecutiveFailures + 1 < MOST_FAULTS) {
            entry.reschedule(failed, failed.getTimeDone().plus(AFTER_A_FAULT));
            return;
        }
        turns.givenUp(
                failed.getExecution().taskInstance.getId(),
                "the worker could not make it: "
                        + failed.getCause().map(Throwable::toString).orElse("unknown"));
        entry.remove();
    }
}
