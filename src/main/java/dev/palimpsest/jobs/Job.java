package dev.palimpsest.jobs;

import dev.palimpsest.spec.JobSpec;
import dev.palimpsest.spec.Method;
import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.MapKeyColumn;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.hibernate.annotations.BatchSize;
import org.hibernate.annotations.ColumnTransformer;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.AbstractAggregateRoot;

/** One finetuning run: what was asked, where it is, and every attempt at it. */
@Entity
@Table(name = "jobs")
public class Job extends AbstractAggregateRoot<Job> {
    /** Attempts in a row that the faults of machines may end without a new checkpoint. */
    static final int MOST_ATTEMPTS = 3;

    @Id private String id;
    private String experiment;
    private @Nullable String name;

    @Convert(converter = Columns.StatusColumn.class)
    private Status status = Status.QUEUED;

    @Convert(converter = Columns.SpecColumn.class)
    @ColumnTransformer(write = "cast(? as jsonb)")
    private JobSpec spec;

    @Column(name = "base_model")
    private String baseModel;

    private String method;

    @Convert(converter = Columns.TagsColumn.class)
    @ColumnTransformer(write = "cast(? as jsonb)")
    private Map<String, String> tags;

    private int round = 1;
    private int attempt;
    private int faults;

    @Column(name = "cancel_requested_at")
    private @Nullable Instant cancelRequestedAt;

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
        this.method =
                switch (spec.method()) {
                    case Method.Full _ -> "full";
                    case Method.Lora _ -> "lora";
                };
        this.tags = spec.tags();
        this.createdAt = now;
    }

    /** A new job, to be run by the next free worker. */
    public static Job submitted(String id, JobSpec spec, String baseModel, Instant now) {
        Job job = new Job(id, spec, baseModel, now);
        job.registerEvent(new JobQueued(id, job.round));
        return job;
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
        this.warnings = List.copyOf(warnings);
    }

    /** The run has come this far; what an attempt repeats after a crash moves nothing back. */
    public void reached(long step, long tokens) {
        expect(Status.RUNNING, "advance");
        this.step = Math.max(this.step, step);
        this.tokens = Math.max(this.tokens, tokens);
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
        expect(Status.RUNNING, "end");
        attempts.computeIfPresent(attempt, (_, running) -> running.ended(outcome, now));
        switch (outcome) {
            case Outcome.Finished(long steps, long peak) -> {
                step = steps;
                peakBytes = peak;
                close(Status.SUCCEEDED, now);
            }
            case Outcome.Cancelled() -> close(Status.CANCELLED, now);
            case Outcome.Failed(var reason, var detail, var retryable) -> {
                if (retryable) tryAgain(reason, detail, now);
                else fail(reason, detail, now);
            }
            case Outcome.Lost(var reason) -> tryAgain(reason, "", now);
            case Outcome.HandedBack _ -> requeue(now);
        }
    }

    /** Ends a queued job at once; a running one when its worker has ended the trainer. */
    public void cancel(Instant now) {
        switch (status) {
            case QUEUED, PAUSED -> {
                registerEvent(new JobWithdrawn(id, round));
                close(Status.CANCELLED, now);
            }
            case RUNNING -> cancelRequestedAt = cancelRequestedAt == null ? now : cancelRequestedAt;
            case CANCELLED -> {}
            case SUCCEEDED, FAILED -> refuse("cancel");
        }
    }

    /** Puts a failed or cancelled job into the queue again, to go on from its last checkpoint. */
    public void retry() {
        if (status != Status.FAILED && status != Status.CANCELLED) refuse("retry");
        status = Status.QUEUED;
        round++;
        faults = 0;
        cancelRequestedAt = null;
        endedAt = null;
        errorTitle = null;
        errorDetail = null;
        registerEvent(new JobQueued(id, round));
    }

    /** Refuses the writes of every attempt but the current one. */
    public void admit(int writer) {
        if (status != Status.RUNNING || writer != attempt)
            throw new Fenced(
                    "job %s is %s in attempt %d: what attempt %d wrote is refused"
                            .formatted(id, status.word(), attempt, writer));
    }

    private void tryAgain(String reason, String detail, Instant now) {
        faults++;
        if (faults < MOST_ATTEMPTS) requeue(now);
        else fail(reason + "; given up after " + faults + " attempts", detail, now);
    }

    private void requeue(Instant now) {
        if (cancelRequestedAt != null) close(Status.CANCELLED, now);
        else status = Status.QUEUED;
    }

    private void fail(String reason, String detail, Instant now) {
        errorTitle = reason;
        errorDetail = detail;
        close(Status.FAILED, now);
    }

    private void close(Status last, Instant now) {
        status = last;
        endedAt = now;
    }

    private void expect(Status expected, String verb) {
        if (status != expected) refuse(verb);
    }

    private void refuse(String verb) {
        throw new IllegalMove(
                "job %s is %s, and a job in that status cannot %s"
                        .formatted(id, status.word(), verb));
    }

    public String id() {
        return id;
    }

    public String experiment() {
        return experiment;
    }

    public JobSpec spec() {
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

    public boolean cancelRequested() {
        return cancelRequestedAt != null;
    }

    public long step() {
        return step;
    }

    public long tokens() {
        return tokens;
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
