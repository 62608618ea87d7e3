package dev.palimpsest.background;

import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.helper.CustomTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What db-scheduler does with a piece of work. */
public final class WorkTask {
    private static final Logger log = LoggerFactory.getLogger(WorkTask.class);

    private final Work work;
    private final BooleanSupplier leaving;
    private final RetrySettings retry;

    private WorkTask(Work work, BooleanSupplier leaving, RetrySettings retry) {
        this.work = work;
        this.leaving = leaving;
        this.retry = retry;
    }

    /**
     * The task of one kind of work.
     *
     * @param leaving whether what runs is to be handed back
     */
    public static CustomTask<Void> of(Work work, BooleanSupplier leaving, RetrySettings retry) {
        WorkTask task = new WorkTask(work, leaving, retry);
        return Tasks.custom(work.name(), Void.class)
                .onDeadExecution(WorkTask::processDied)
                .onFailure(task::broke)
                .execute((entry, _) -> task.execute(entry.getId()));
    }

    private CompletionHandler<Void> execute(String id) {
        return switch (run(id)) {
            case OVER -> (_, entry) -> entry.remove();
            case HANDED_BACK -> (done, entry) -> entry.reschedule(done, done.getTimeDone());
        };
    }

    private Work.Ending run(String id) {
        try {
            return work.run(id, leaving);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException _) { // it stops, and did not wait for the end
            return Work.Ending.HANDED_BACK;
        }
    }

    private static void processDied(ExecutionComplete dead, ExecutionOperations<Void> entry) {
        entry.reschedule(dead, dead.getTimeDone());
        log.warn(
                "{} is taken up again: its process stopped answering",
                dead.getExecution().taskInstance);
    }

    /** What goes wrong here and not in the work may be over soon, but not for ever. */
    private void broke(ExecutionComplete failed, ExecutionOperations<Void> entry) {
        int faults = failed.getExecution().consecutiveFailures + 1;
        if (faults < retry.mostAttempts()) {
            entry.reschedule(failed, failed.getTimeDone().plus(retry.waitAfter(faults)));
            return;
        }
        giveUp(failed);
        entry.remove();
    }

    private void giveUp(ExecutionComplete failed) {
        try {
            work.giveUp(
                    failed.getExecution().taskInstance.getId(), failed.getCause().orElseThrow());
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }
}
