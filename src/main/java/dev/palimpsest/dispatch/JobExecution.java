package dev.palimpsest.dispatch;

import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionContext;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.CustomTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import dev.palimpsest.jobs.Status;
import dev.palimpsest.jobs.Turn;
import dev.palimpsest.jobs.Turns;
import dev.palimpsest.telemetry.Passage;
import dev.palimpsest.worker.Runner;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** What db-scheduler does with an entry of the queue: one execution is one attempt. */
@Component
class JobExecution {
    static final String NAME = "job";
    private static final Logger LOG = LoggerFactory.getLogger(JobExecution.class);
    private static final Duration AFTER_A_FAULT_HERE = Duration.ofSeconds(5);

    private final Turns turns;
    private final Runner runner;
    private final DeviceWorks others;
    private final Journeys journeys;
    private final CustomTask<Void> task;

    JobExecution(Turns turns, Runner runner, DeviceWorks others, Journeys journeys) {
        this.turns = turns;
        this.runner = runner;
        this.others = others;
        this.journeys = journeys;
        this.task =
                Tasks.custom(NAME, Void.class)
                        .onDeadExecution(this::workerDied)
                        .onFailure(
                                (failed, entry) ->
                                        entry.reschedule(
                                                failed,
                                                failed.getTimeDone().plus(AFTER_A_FAULT_HERE)))
                        .execute(this::execute);
    }

    CustomTask<Void> task() {
        return task;
    }

    private CompletionHandler<Void> execute(TaskInstance<Void> instance, ExecutionContext context) {
        Entry entry = Entry.of(instance.getId());
        if (turns.isBeyondUs(entry.job())) {
            LOG.warn(
                    "job {} has a spec of a later version of Palimpsest: it is left to workers of that version",
                    entry.job());
            return (done, again) ->
                    again.reschedule(done, done.getTimeDone().plus(AFTER_A_FAULT_HERE));
        }
        try {
            others.letGo();
        } catch (InterruptedException _) { // it stops, and did not wait for the end
            return (done, again) -> again.reschedule(done, done.getTimeDone());
        }
        Optional<Turn> turn = turns.begin(entry.job(), entry.round(), runner.id());
        if (turn.isEmpty()) return (_, done) -> done.remove();
        Optional<Status> became = attempt(entry, turn.get(), context);
        // without an answer the turn is another's, and so is the entry
        if (became.isEmpty()) return (_, _) -> {};
        if (became.get() != Status.QUEUED) return (_, done) -> done.remove();
        Duration wait = turns.waitBefore(entry.job(), 0);
        return (done, again) ->
                again.reschedule(
                        done,
                        wait.isZero()
                                ? done.getExecution().getExecutionTime() // it keeps its age
                                : done.getTimeDone().plus(wait));
    }

    private Optional<Status> attempt(Entry entry, Turn turn, ExecutionContext context) {
        try (Passage passage = journeys.attempt(entry, turn, runner.id())) {
            Optional<Status> became =
                    runner.run(turn, () -> context.getSchedulerState().isShuttingDown());
            passage.tag(
                    "palimpsest.job.status",
                    became.map(status -> status.name().toLowerCase(Locale.ROOT))
                            .orElse("taken away"));
            return became;
        }
    }

    /**
     * The entry is freed first, which only one of those who noticed the death can do; then the job
     * goes back to the queue, unless a worker was so fast as to begin it in between.
     */
    private void workerDied(ExecutionComplete dead, ExecutionOperations<Void> entry) {
        String job = Entry.of(dead.getExecution().taskInstance.getId()).job();
        Optional<Turn> lost = turns.current(job);
        entry.reschedule(dead, dead.getTimeDone().plus(turns.waitBefore(job, 1)));
        LOG.warn("job {} lost {}: it goes back to the queue", job, dead.getExecution().pickedBy);
        lost.ifPresent(turns::lose);
    }
}
