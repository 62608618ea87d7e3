package dev.palimpsest.catalog;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.boot.config.DbSchedulerProperties;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import com.github.kagkarlsson.scheduler.task.helper.CustomTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import dev.palimpsest.home.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
    private static final int AT_ONCE = 2;
    private static final int MOST_FAULTS = 3;
    private static final Duration AFTER_A_FAULT = Duration.ofSeconds(5);

    private final RunImport runImport;
    private final Imports imports;
    private final Settings settings;
    private final Clock clock;
    private final Scheduler scheduler;
    private volatile boolean leaving;

    ImportQueue(
            List<Importer<?>> importers,
            RunImport runImport,
            Imports imports,
            Settings settings,
            Clock clock,
            DataSource database,
            DbSchedulerProperties timing) {
        this.runImport = runImport;
        this.imports = imports;
        this.settings = settings;
        this.clock = clock;
        List<Task<?>> tasks = new ArrayList<>();
        for (Importer<?> importer : importers) tasks.add(task(importer));
        this.scheduler =
                Scheduler.create(new TransactionAwareDataSourceProxy(database), tasks)
                        .tableName("import_queue")
                        .threads(AT_ONCE)
                        .pollUsingLockAndFetch(0.5, 1.0)
                        .pollingInterval(timing.getPollingInterval())
                        .heartbeatInterval(timing.getHeartbeatInterval())
                        .missedHeartbeatsLimit(timing.getMissedHeartbeatsLimit())
                        .shutdownMaxWait(timing.getShutdownMaxWait())
                        .build();
    }

    private CustomTask<Void> task(Importer<?> importer) {
        return Tasks.custom(importer.task(), Void.class)
                .onDeadExecution(this::processDied)
                .onFailure((failed, entry) -> broke(importer, failed, entry))
                .execute((entry, _) -> execute(importer, entry.getId()));
    }

    /** An import was registered and waits for its files. */
    record Registered(String task, String importId) {}

    @EventListener
    void enter(Registered registered) {
        scheduler.scheduleIfNotExists(
                TaskDescriptor.of(registered.task()).instance(registered.importId()).build(),
                clock.instant());
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

    private CompletionHandler<Void> execute(Importer<?> importer, String id) {
        return switch (run(importer, id)) {
            case OVER -> (_, entry) -> entry.remove();
            case HANDED_BACK -> (done, entry) -> entry.reschedule(done, done.getTimeDone());
        };
    }

    private RunImport.Ending run(Importer<?> importer, String id) {
        try {
            return runImport.run(importer, id, () -> leaving);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException _) { // it stops, and did not wait for the end
            return RunImport.Ending.HANDED_BACK;
        }
    }

    private void processDied(ExecutionComplete dead, ExecutionOperations<Void> entry) {
        entry.reschedule(dead, dead.getTimeDone());
        log.warn("{} goes on: its process stopped answering", dead.getExecution().taskInstance);
    }

    /** What goes wrong here and not in the source may be over soon, but not for ever. */
    private void broke(
            Importer<?> importer, ExecutionComplete failed, ExecutionOperations<Void> entry) {
        if (failed.getExecution().consecutiveFailures + 1 < MOST_FAULTS) {
            entry.reschedule(failed, failed.getTimeDone().plus(AFTER_A_FAULT));
            return;
        }
        imports.givenUp(
                importer.rows(),
                failed.getExecution().taskInstance.getId(),
                "the service could not import it: "
                        + failed.getCause().map(Throwable::toString).orElse("unknown"));
        entry.remove();
    }
}
