package dev.palimpsest.catalog;

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
 * Imports that wait or run, each claimed by one process that answers requests: a worker's machine
 * may not have their sources. They have a table and threads of their own, so that no job waits for
 * a download and no length of the jobs' queue counts one.
 */
@Component
class ImportQueue implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ImportQueue.class);
    private static final String NAME = "import";
    private static final int AT_ONCE = 2;
    private static final int MOST_FAULTS = 3;
    private static final Duration AFTER_A_FAULT = Duration.ofSeconds(5);

    private final ImportModel importModel;
    private final Imports imports;
    private final Settings settings;
    private final Clock clock;
    private final CustomTask<Void> task;
    private final Scheduler scheduler;
    private volatile boolean leaving;

    ImportQueue(
            ImportModel importModel,
            Imports imports,
            Settings settings,
            Clock clock,
            DataSource database,
            DbSchedulerProperties timing) {
        this.importModel = importModel;
        this.imports = imports;
        this.settings = settings;
        this.clock = clock;
        this.task =
                Tasks.custom(NAME, Void.class)
                        .onDeadExecution(this::processDied)
                        .onFailure(this::broke)
                        .execute((entry, _) -> execute(entry.getId()));
        this.scheduler =
                Scheduler.create(new TransactionAwareDataSourceProxy(database), task)
                        .tableName("import_queue")
                        .threads(AT_ONCE)
                        .pollUsingLockAndFetch(0.5, 1.0)
                        .pollingInterval(timing.getPollingInterval())
                        .heartbeatInterval(timing.getHeartbeatInterval())
                        .missedHeartbeatsLimit(timing.getMissedHeartbeatsLimit())
                        .shutdownMaxWait(timing.getShutdownMaxWait())
                        .build();
    }

    /** An import was registered and waits for its files. */
    record Registered(String importId) {}

    @EventListener
    void enter(Registered registered) {
        scheduler.scheduleIfNotExists(task.instance(registered.importId()), clock.instant());
    }

    /** A free thread of this process takes it at once instead of at its next look. */
    @TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT)
    void wake(Registered registered) {
        log.debug("{} waits", registered.importId());
        if (scheduler.getSchedulerState().isStarted()) scheduler.triggerCheckForDueExecutions();
    }

    @EventListener(ApplicationReadyEvent.class)
    void start() {
        if (settings.role().answersRequests()) scheduler.start();
    }

    /** Those that run are handed back; another process or the next start goes on with them. */
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

    private ImportModel.Ending run(String id) {
        try {
            return importModel.run(id, () -> leaving);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException _) { // it stops, and did not wait for the end
            return ImportModel.Ending.HANDED_BACK;
        }
    }

    private void processDied(ExecutionComplete dead, ExecutionOperations<Void> entry) {
        entry.reschedule(dead, dead.getTimeDone());
        log.warn("{} goes on: its process stopped answering", dead.getExecution().taskInstance);
    }

    /** What goes wrong here and not in the source may be over soon, but not for ever. */
    private void broke(ExecutionComplete failed, ExecutionOperations<Void> entry) {
        if (failed.getExecution().consecutiveFailures + 1 < MOST_FAULTS) {
            entry.reschedule(failed, failed.getTimeDone().plus(AFTER_A_FAULT));
            return;
        }
        imports.givenUp(
                failed.getExecution().taskInstance.getId(),
                "the service could not import it: "
                        + failed.getCause().map(Throwable::toString).orElse("unknown"));
        entry.remove();
    }
}
