package dev.palimpsest.jobs;

import dev.palimpsest.background.RetrySettings;
import dev.palimpsest.spec.JobSpec;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Hands a job to one worker at a time. Each call is one transaction that begins by locking the
 * job's row, so whatever it writes beside the job is written by the current attempt or not at all.
 */
@Component
public class Turns {
    private final Jobs jobs;
    private final Devices devices;
    private final RetrySettings retry;
    private final Clock clock;

    Turns(Jobs jobs, Devices devices, RetrySettings retry, Clock clock) {
        this.jobs = jobs;
        this.devices = devices;
        this.retry = retry;
        this.clock = clock;
    }

    /** Whether a job asks for what only a later version of this program understands. */
    @Transactional(readOnly = true)
    public boolean isBeyondUs(String id) {
        return jobs.specVersion(id).filter(version -> version > JobSpec.VERSION).isPresent();
    }

    /**
     * A new attempt, unless the job has ended or was put into the queue anew since; one that is
     * still running has lost its worker, or this worker could not have been given it.
     */
    @Transactional
    public Optional<Turn> begin(String id, int round, String worker) {
        Job job = jobs.findAndLock(id).filter(found -> found.round() == round).orElse(null);
        if (job == null) return Optional.empty();
        if (job.status() == Status.RUNNING) lose(job);
        if (job.status() != Status.QUEUED) return Optional.empty();
        return Optional.of(new Turn(id, job.begin(worker, clock.instant())));
    }

    /** Files what an attempt has to say; answers what the job's owner asks of it. */
    @Transactional
    public Wish file(Turn turn, Consumer<Job> writes) {
        Job job = admitted(turn);
        writes.accept(job);
        return job.wish();
    }

    /** Ends the attempt, and the waiting of its branches; answers what has become of the job. */
    @Transactional
    public Status end(Turn turn, Outcome outcome) {
        Job job = admitted(turn);
        end(job, outcome);
        if (job.status() == Status.SUCCEEDED) release(job);
        return jobs.save(job).status();
    }

    private void end(Job job, Outcome outcome) {
        Optional<Pool.Held> device =
                outcome instanceof Outcome.OutOfMemory
                        ? Optional.ofNullable(job.attempts().get(job.attempt()))
                                .flatMap(attempt -> devices.of(attempt.worker()))
                        : Optional.empty();
        if (outcome instanceof Outcome.OutOfMemory out && device.isPresent())
            job.outgrow(out, device.get(), devices.pool(), clock.instant());
        else job.end(outcome, retry.mostAttempts(), clock.instant());
    }

    /**
     * For how long a job that is queued again has to wait, as machines failed it.
     *
     * @param more faults of which its row does not tell yet
     */
    @Transactional(readOnly = true)
    public Duration waitBefore(String id, int more) {
        return retry.waitAfter(jobs.findById(id).map(Job::faults).orElse(0) + more);
    }

    private void release(Job trunk) {
        for (Job branch : jobs.findAndLockBranches(trunk.id(), Status.QUEUED)) {
            branch.release();
            jobs.save(branch);
        }
    }

    /** The attempt now running, if any. */
    @Transactional(readOnly = true)
    public Optional<Turn> current(String id) {
        return jobs.findById(id)
                .filter(job -> job.status() == Status.RUNNING)
                .map(job -> new Turn(id, job.attempt()));
    }

    /** Takes the turn from a worker that stopped answering, unless it has ended already. */
    @Transactional
    public void lose(Turn turn) {
        jobs.findAndLock(turn.job())
                .filter(job -> job.status() == Status.RUNNING && job.attempt() == turn.attempt())
                .ifPresent(this::lose);
    }

    private void lose(Job job) {
        Attempt lost = job.attempts().get(job.attempt());
        String reason =
                "%s stopped answering in attempt %d of job %s"
                        .formatted(
                                lost == null ? "the worker" : lost.worker(),
                                job.attempt(),
                                job.id());
        job.end(new Outcome.Lost(reason), retry.mostAttempts(), clock.instant());
        jobs.save(job);
    }

    private Job admitted(Turn turn) {
        Job job =
                jobs.findAndLock(turn.job())
                        .orElseThrow(() -> new Fenced("job " + turn.job() + " was deleted"));
        job.admit(turn.attempt());
        return job;
    }
}
