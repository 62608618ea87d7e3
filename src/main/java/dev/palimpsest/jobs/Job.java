package dev.palimpsest.jobs;

import dev.palimpsest.spec.JobSpec;
import dev.palimpsest.web.NotAnswered;
import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MapKeyColumn;
import jakarta.persistence.Table;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.SortedMap;
import java.util.TreeMap;
import org.hibernate.annotations.BatchSize;
import org.hibernate.annotations.ColumnTransformer;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.AbstractAggregateRoot;

/** One finetuning run: what was asked, where it is, and every attempt at it. */
@Entity
@Table(name = "jobs")
@BatchSize(size = 100)
public class Job extends AbstractAggregateRoot<Job> {
    /** Attempts in a row that the faults of machines may end without a new checkpoint. */
    static final int MOST_ATTEMPTS = 3;

    private static final int MOST_TAGS = 500;

    private static final String ROOM =
            "Make room on the disk that palimpsest.home of the worker lies on (its caches may be deleted), or keep fewer checkpoints"
                    + " (checkpoints.keep_last); a retry goes on from the last one.";

    /** What stands for the worker where there is none. */
    private static final String ELSEWHERE = "external";

    @Id private String id;
    private String experiment;
    private @Nullable String name;

    @Convert(converter = Columns.StatusColumn.class)
    private Status status = Status.QUEUED;

    /** Null if it is of a later version than this one reads. */
    @Convert(converter = Columns.SpecColumn.class)
    @Column(updatable = false)
    @ColumnTransformer(write = "cast(? as jsonb)")
    private @Nullable JobSpec spec;

    @Column(name = "base_model")
    private String baseModel;

    private String method;

    @Convert(converter = Columns.TagsColumn.class)
    @ColumnTransformer(write = "cast(? as jsonb)")
    private Map<String, String> tags;

    @ManyToOne(fetch = FetchType.LAZY)
    @JoinColumn(name = "trunk")
    private @Nullable Job trunk;

    /** The id that it had where it ended; null unless it came in an archive. */
    private @Nullable String origin;

    private @Nullable String sweep;
    private @Nullable Integer cell;

    @Column(name = "accelerator_bytes")
    private @Nullable Long acceleratorBytes;

    @Column(name = "processor_bytes")
    private @Nullable Long processorBytes;

    private int round = 1;
    private int attempt;
    private int faults;

    @Column(name = "cancel_requested_at")
    private @Nullable Instant cancelRequestedAt;

    @Column(name = "pause_requested_at")
    private @Nullable Instant pauseRequestedAt;

    /** Why it is asked to make way, until it has. */
    private @Nullable String yields;

    @Column(name = "yields_to")
    private @Nullable String yieldsTo;

    /** For how long it ran since it was submitted or retried, in all attempts that have ended. */
    @Column(name = "ran_millis")
    private long ranMillis;

    private long step;

    @Column(name = "total_steps")
    private @Nullable Long totalSteps;

    private long tokens;

    @Column(name = "trainable_parameters")
    private @Nullable Long trainableParameters;

    @Convert(converter = Columns.EpochDataColumn.class)
    @ColumnTransformer(write = "cast(? as jsonb)")
    private @Nullable EpochData data;

    @Column(name = "peak_bytes")
    private @Nullable Long peakBytes;

    private boolean diverged;

    @Convert(converter = Columns.GuardedColumn.class)
    @ColumnTransformer(write = "cast(? as jsonb)")
    private @Nullable Guarded guarded;

    private List<String> warnings = List.of();

    @Column(name = "error_title")
    private @Nullable String errorTitle;

    @Column(name = "error_detail")
    private @Nullable String errorDetail;

    @Column(name = "created_at")
    private Instant createdAt;

    @Column(name = "started_at")
    private @Nullable Instant startedAt;

    @Column(name = "ended_at")
    private @Nullable Instant endedAt;

    @ElementCollection
    @CollectionTable(name = "attempts", joinColumns = @JoinColumn(name = "job"))
    @MapKeyColumn(name = "number")
    @BatchSize(size = 100)
    private Map<Integer, Attempt> attempts = new HashMap<>();

    /** For Hibernate, which fills the fields in. */
    @SuppressWarnings("NullAway.Init")
    protected Job() {}

    private Job(String id, JobSpec spec, String baseModel, Instant now) {
        this.id = id;
        this.experiment = spec.experiment();
        this.name = spec.name();
        this.spec = spec;
        this.baseModel = baseModel;
        this.method = spec.method().word();
        this.tags = spec.tags();
        this.createdAt = now;
    }

    /** A new job, to be run by the next free worker. */
    public static Job submitted(String id, JobSpec spec, String baseModel, Instant now) {
        Job job = new Job(id, spec, baseModel, now);
        job.registerEvent(new JobQueued(id, job.round));
        return job;
    }

    /**
     * A new job that is trained elsewhere: it runs at once and in one attempt, and its owner says
     * what becomes of it.
     */
    static Job external(
            String id,
            JobSpec spec,
            String baseModel,
            @Nullable Long trainableParameters,
            Instant now) {
        Job job = new Job(id, spec, baseModel, now);
        job.totalSteps = spec.training().maxSteps();
        job.trainableParameters = trainableParameters;
        job.begin(ELSEWHERE, now);
        return job;
    }

    /** A new job that goes on from its trunk, and waits for it. */
    static Job branching(String id, JobSpec spec, Job trunk, Instant now) {
        Job job = new Job(id, spec, trunk.baseModel(), now);
        job.trunk = trunk;
        job.enter();
        return job;
    }

    /** The same as a cell of a sweep, the first of which is 0. */
    Job ofSweep(String sweep, int cell) {
        this.sweep = sweep;
        this.cell = cell;
        return this;
    }

    /** The same with the memory that its plan says. */
    Job needing(Needs needs) {
        acceleratorBytes = needs.accelerator();
        processorBytes = needs.processor();
        return this;
    }

    /** A worker takes the job: a new attempt, whose number its every write must carry. */
    public int begin(String worker, Instant now) {
        expect(Status.QUEUED, "begin");
        attempt++;
        attempts.put(attempt, Attempt.begun(worker, now));
        status = Status.RUNNING;
        if (startedAt == null) startedAt = now;
        return attempt;
    }

    /** The trainer has planned its run. */
    public void planned(
            long totalSteps, long trainableParameters, EpochData data, List<String> warnings) {
        expect(Status.RUNNING, "plan");
        this.data = data;
        this.totalSteps = totalSteps;
        this.trainableParameters = trainableParameters;
        warn(warnings);
    }

    /** The run has come this far; what an attempt repeats after a crash moves nothing back. */
    public void reached(long step, long tokens) {
        expect(Status.RUNNING, "advance");
        this.step = Math.max(this.step, step);
        this.tokens = Math.max(this.tokens, tokens);
    }

    /** The run has diverged; whether it goes back or ends, its recipe is not a stable one. */
    public void lostItsWay() {
        expect(Status.RUNNING, "diverge");
        diverged = true;
    }

    /** The run went back to a step, as it had lost its way. */
    public void wentBack(long step, long tokens, String reason) {
        expect(Status.RUNNING, "go back");
        this.step = step;
        this.tokens = tokens;
        if (guarded != null && guarded.step() > step) guarded = null;
        warn(List.of(reason));
    }

    /** A bound of the spec was broken; a trainer that is to pause for it does so by itself. */
    public void guarded(Guarded act, Instant now) {
        expect(Status.RUNNING, "be guarded");
        guarded = act;
        warn(List.of(act.words()));
        if (!act.ended() && !cancelRequested() && pauseRequestedAt == null) pauseRequestedAt = now;
    }

    /**
     * A new checkpoint is stored: what follows is new ground, with as many attempts as before it.
     */
    public void saved() {
        expect(Status.RUNNING, "save");
        faults = 0;
    }

    /** The current attempt is over. */
    public void end(Outcome outcome, Instant now) {
        end(outcome, MOST_ATTEMPTS, now);
    }

    /**
     * The same.
     *
     * @param mostAttempts that the faults of machines may end in a row
     */
    void end(Outcome outcome, int mostAttempts, Instant now) {
        expect(Status.RUNNING, "end");
        Outcome told =
                outcome instanceof Outcome.HandedBack && yields != null
                        ? new Outcome.HandedBack(yields)
                        : outcome;
        endAttempt(told, now);
        switch (outcome) {
            case Outcome.Finished(long steps, long peak) -> {
                step = steps;
                peakBytes = peak;
                close(Status.SUCCEEDED, now);
            }
            case Outcome.Cancelled() -> close(Status.CANCELLED, now);
            case Outcome.Paused _ -> requeue(now); // its owner may have thought better of it
            case Outcome.Failed(var reason, var detail, var retryable) -> {
                if (retryable) tryAgain(reason, detail, mostAttempts, now);
                else fail(reason, detail, now);
            }
            case Outcome.OutOfMemory out -> failForWantOfMemory(out, now);
            case Outcome.DiskFull(var reason, var detail) ->
                    tryAgain(reason, ROOM + "\n" + detail, mostAttempts, now);
            case Outcome.TimedOut(var limit) ->
                    fail(
                            "it ran for longer than its resources.timeout of " + limit,
                            "What it had reached is saved: a retry goes on from there, for as long again.",
                            now);
            case Outcome.Lost(var reason) -> tryAgain(reason, "", mostAttempts, now);
            case Outcome.HandedBack _ -> requeue(now);
        }
    }

    /** The same for want of memory: it goes on where there is more than it had, or not at all. */
    void outgrow(Outcome.OutOfMemory outcome, Pool.Held device, Pool pool, Instant now) {
        expect(Status.RUNNING, "end");
        Needs more = needs().moreThan(device);
        if (pool.lacks(more).isPresent()) {
            end(outcome, now);
            return;
        }
        endAttempt(outcome, now);
        needing(more);
        requeue(now);
    }

    private void endAttempt(Outcome outcome, Instant now) {
        Attempt running = attempts.get(attempt);
        if (running == null) return;
        attempts.put(attempt, running.ended(outcome, now));
        ranMillis += Math.max(0, Duration.between(running.startedAt(), now).toMillis());
    }

    private void failForWantOfMemory(Outcome.OutOfMemory out, Instant now) {
        fail(out.reason(), Thrift.of(spec()) + "\n" + out.detail(), now);
    }

    /** Its owner calls it otherwise. */
    public void rename(String its) {
        name = its;
    }

    /** Its owner adds tags, or gives those that it has other values. */
    public void label(Map<String, String> more) {
        Map<String, String> all = new TreeMap<>(tags);
        all.putAll(more);
        if (all.size() > MOST_TAGS)
            throw new IllegalMove(
                    "job %s would have %d tags; it can have %d"
                            .formatted(id, all.size(), MOST_TAGS));
        tags = all;
    }

    /**
     * Its owner says that training elsewhere has ended; the last step told of is the run's last.
     */
    public void endElsewhere(Outcome outcome, boolean diverged, Instant now) {
        admitOwner();
        attempts.computeIfPresent(attempt, (_, running) -> running.ended(outcome, now));
        this.diverged = diverged;
        switch (outcome) {
            case Outcome.Finished _ -> {
                if (step > 0) totalSteps = step;
                close(Status.SUCCEEDED, now);
            }
            case Outcome.Failed(var reason, var detail, _) -> fail(reason, detail, now);
            case Outcome.Cancelled _,
                    Outcome.Paused _,
                    Outcome.Lost _,
                    Outcome.HandedBack _,
                    Outcome.OutOfMemory _,
                    Outcome.DiskFull _,
                    Outcome.TimedOut _ ->
                    refuse("end so");
        }
    }

    /** Refuses what is told of a job that is trained here, or that has ended. */
    public void admitOwner() {
        if (!spec().external())
            throw new IllegalMove(
                    "job %s is trained by this service; only a job with the executor external is told of"
                            .formatted(id));
        expect(Status.RUNNING, "be told of");
    }

    /**
     * Ends a queued job at once; an external one too; a running one when its worker has ended the
     * trainer.
     */
    public void cancel(Instant now) {
        switch (status) {
            case QUEUED, PAUSED -> {
                registerEvent(new JobWithdrawn(id, round));
                close(Status.CANCELLED, now);
            }
            case RUNNING -> {
                if (spec().external()) cancelElsewhere(now);
                else cancelRequestedAt = cancelRequestedAt == null ? now : cancelRequestedAt;
            }
            case CANCELLED -> {}
            case SUCCEEDED, FAILED -> refuse("cancel");
        }
    }

    /** Takes a queued job out of the queue; a running one once its trainer has saved and ended. */
    public void pause(Instant now) {
        onlyHere("pause");
        switch (status) {
            case QUEUED -> {
                registerEvent(new JobWithdrawn(id, round));
                status = Status.PAUSED;
            }
            case RUNNING -> {
                if (cancelRequested())
                    throw new IllegalMove(
                            "job %s is about to be cancelled; once it is, it can retry"
                                    .formatted(id));
                pauseRequestedAt = pauseRequestedAt == null ? now : pauseRequestedAt;
            }
            case PAUSED, SUCCEEDED, FAILED, CANCELLED -> refuse("pause");
        }
    }

    /** Puts a paused job into the queue again; takes a wish to pause back that is not done yet. */
    public void resume() {
        onlyHere("resume");
        if (status == Status.RUNNING && pauseRequestedAt != null) pauseRequestedAt = null;
        else if (status == Status.PAUSED) queue();
        else refuse("resume");
    }

    /** Its trunk has succeeded: it waits for nothing but a worker. */
    void release() {
        expect(Status.QUEUED, "begin");
        enter();
    }

    /** Puts a failed or cancelled job into the queue again, to go on from its last checkpoint. */
    public void retry() {
        onlyHere("retry");
        if (status != Status.FAILED && status != Status.CANCELLED) refuse("retry");
        cancelRequestedAt = null;
        endedAt = null;
        errorTitle = null;
        errorDetail = null;
        ranMillis = 0;
        queue();
    }

    /** Refuses the writes of every attempt but the current one. */
    public void admit(int writer) {
        if (status != Status.RUNNING || writer != attempt)
            throw new Fenced(
                    "job %s is %s in attempt %d: what attempt %d wrote is refused"
                            .formatted(id, status.word(), attempt, writer));
    }

    /** What one attempt warned of is said again by the next, or belongs to the job's story. */
    private void warn(List<String> more) {
        SequencedSet<String> all = new LinkedHashSet<>(warnings);
        all.addAll(more);
        warnings = List.copyOf(all);
    }

    private void tryAgain(String reason, String detail, int mostAttempts, Instant now) {
        faults++;
        if (faults < mostAttempts) requeue(now);
        else fail(reason + "; given up after " + faults + " attempts", detail, now);
    }

    private void requeue(Instant now) {
        if (cancelRequestedAt != null) close(Status.CANCELLED, now);
        else status = pauseRequestedAt == null ? Status.QUEUED : Status.PAUSED;
        pauseRequestedAt = null;
        yields = null;
        yieldsTo = null;
    }

    /** Its owner wants it to run: a new entry in the queue, with all attempts. */
    private void queue() {
        status = Status.QUEUED;
        round++;
        faults = 0;
        enter();
    }

    /** Without an entry where its trunk's end makes one. */
    private void enter() {
        if (waitsFor().isEmpty()) registerEvent(new JobQueued(id, round));
    }

    private void fail(String reason, String detail, Instant now) {
        errorTitle = reason;
        errorDetail = detail;
        close(Status.FAILED, now);
    }

    private void close(Status last, Instant now) {
        status = last;
        endedAt = now;
        pauseRequestedAt = null;
        yields = null;
        yieldsTo = null;
        registerEvent(new JobEnded(id, round, sweep()));
    }

    private void cancelElsewhere(Instant now) {
        Outcome cancelled = new Outcome.Cancelled();
        attempts.computeIfPresent(attempt, (_, running) -> running.ended(cancelled, now));
        close(Status.CANCELLED, now);
    }

    private void onlyHere(String verb) {
        if (origin != null)
            throw new IllegalMove(
                    "job %s was imported: it is a record of %s and cannot %s; submit its spec as a new job"
                            .formatted(id, origin, verb));
        if (spec().external())
            throw new IllegalMove(
                    "job %s is trained elsewhere and cannot %s here; %s"
                            .formatted(id, verb, whatItCan()));
    }

    private void expect(Status expected, String verb) {
        if (status != expected) refuse(verb);
    }

    private void refuse(String verb) {
        throw new IllegalMove(
                "job %s is %s, and a job in that status cannot %s; %s"
                        .formatted(id, status.word(), verb, whatItCan()));
    }

    private String whatItCan() {
        if (spec().external())
            return status == Status.RUNNING
                    ? "POST /api/v1/jobs/%s/end ends it, and it can cancel".formatted(id)
                    : "submit another job for what is trained anew";
        return switch (status) {
            case QUEUED, RUNNING -> "it can pause or cancel";
            case PAUSED -> "it can resume or cancel";
            case FAILED, CANCELLED -> "it can retry";
            case SUCCEEDED -> "it is done";
        };
    }

    public String id() {
        return id;
    }

    public String experiment() {
        return experiment;
    }

    /** Whether its spec is of a version that this one reads. */
    public boolean isReadable() {
        return spec != null;
    }

    /**
     * @throws NotAnswered if it is of a later version than this one reads
     */
    public JobSpec spec() {
        if (spec == null)
            throw NotAnswered.unavailable(
                    "job %s was submitted to a later version of Palimpsest than this process is of; ask again once the upgrade is through"
                            .formatted(id));
        return spec;
    }

    public String baseModel() {
        return baseModel;
    }

    public Map<String, String> tags() {
        return Map.copyOf(tags);
    }

    public String method() {
        return method;
    }

    public Status status() {
        return status;
    }

    public int round() {
        return round;
    }

    public int attempt() {
        return attempt;
    }

    /** Attempts in a row that faults of machines have ended. */
    int faults() {
        return faults;
    }

    /** For how long its next attempt may run, if that is bounded. */
    public Optional<Duration> timeLeft() {
        return spec().resources().limit().map(limit -> limit.minusMillis(ranMillis));
    }

    public boolean cancelRequested() {
        return cancelRequestedAt != null;
    }

    public boolean pauseRequested() {
        return pauseRequestedAt != null;
    }

    /** What is asked of the worker that runs it. */
    Wish wish() {
        if (cancelRequested()) return Wish.CANCEL;
        if (pauseRequested()) return Wish.PAUSE;
        return yields == null ? Wish.GO_ON : Wish.YIELD;
    }

    public long step() {
        return step;
    }

    public long tokens() {
        return tokens;
    }

    /** Whether it ever lost its way, even if it went back and on to its end. */
    public boolean diverged() {
        return diverged;
    }

    /** What a guard did last. */
    public Optional<Guarded> guarded() {
        return Optional.ofNullable(guarded);
    }

    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    public Instant createdAt() {
        return createdAt;
    }

    /** Every attempt by its number, the first one first. */
    public SortedMap<Integer, Attempt> attempts() {
        return Collections.unmodifiableSortedMap(new TreeMap<>(attempts));
    }

    public Optional<String> name() {
        return Optional.ofNullable(name);
    }

    /** The id that it had where it ended, if it came in an archive. */
    public Optional<String> origin() {
        return Optional.ofNullable(origin);
    }

    public Optional<String> sweep() {
        return Optional.ofNullable(sweep);
    }

    /** The trunk of a branch that cannot begin, as that has not succeeded. */
    public Optional<Job> waitsFor() {
        return Optional.ofNullable(trunk)
                .filter(_ -> status == Status.QUEUED)
                .filter(its -> its.status() != Status.SUCCEEDED);
    }

    /** What it asks of a worker. */
    Needs needs() {
        return new Needs(
                spec().resources(),
                acceleratorBytes == null ? 0 : acceleratorBytes,
                processorBytes == null ? 0 : processorBytes);
    }

    /** Its place in its sweep. */
    public Optional<Integer> cell() {
        return Optional.ofNullable(cell);
    }

    public Optional<Long> totalSteps() {
        return Optional.ofNullable(totalSteps);
    }

    public Optional<Long> trainableParameters() {
        return Optional.ofNullable(trainableParameters);
    }

    public Optional<EpochData> data() {
        return Optional.ofNullable(data);
    }

    public Optional<Long> peakBytes() {
        return Optional.ofNullable(peakBytes);
    }

    public Optional<String> errorTitle() {
        return Optional.ofNullable(errorTitle);
    }

    public Optional<String> errorDetail() {
        return Optional.ofNullable(errorDetail);
    }

    public Optional<Instant> startedAt() {
        return Optional.ofNullable(startedAt);
    }

    public Optional<Instant> endedAt() {
        return Optional.ofNullable(endedAt);
    }
}
