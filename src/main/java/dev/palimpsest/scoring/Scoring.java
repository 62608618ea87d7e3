package dev.palimpsest.scoring;

import dev.palimpsest.decomposition.Kept;
import dev.palimpsest.decomposition.Truncation;
import dev.palimpsest.jobs.StepToScore;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.hibernate.annotations.ColumnTransformer;
import org.jspecify.annotations.Nullable;

/** A base model or a checkpoint that is asked a list of tasks. */
@Entity
@Table(name = "scorings")
class Scoring {
    @Id private String id;

    @Column(name = "base_model")
    private String baseModel;

    private @Nullable String checkpoint;

    /** Whose step it scores; null where somebody asked for it. */
    private @Nullable String job;

    private @Nullable Long step;

    /** Of the checkpoint's change; null where the checkpoint is scored as it is. */
    @Convert(converter = Columns.TruncationColumn.class)
    @ColumnTransformer(write = "cast(? as jsonb)")
    private @Nullable Truncation truncation;

    @Convert(converter = Columns.KeptColumn.class)
    @ColumnTransformer(write = "cast(? as jsonb)")
    private @Nullable Kept kept;

    @Column(name = "\"precision\"")
    @Convert(converter = Columns.PrecisionColumn.class)
    private ScoringPrecision precision;

    @Convert(converter = Columns.TasksColumn.class)
    @ColumnTransformer(write = "cast(? as jsonb)")
    private AskedTasks tasks;

    @Convert(converter = Columns.StatusColumn.class)
    private ScoringStatus status = ScoringStatus.QUEUED;

    private int attempt;

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

    /** For Hibernate, which fills the fields in. */
    @SuppressWarnings("NullAway.Init")
    protected Scoring() {}

    private Scoring(String id, String baseModel, ScoringRequest request, Instant now) {
        this.id = id;
        this.baseModel = baseModel;
        this.checkpoint = request.checkpoint();
        this.truncation = request.truncation();
        this.precision = request.precision();
        this.tasks = new AskedTasks(request.tasks());
        this.createdAt = now;
    }

    static Scoring asked(String id, String baseModel, ScoringRequest request, Instant now) {
        return new Scoring(id, baseModel, request, now);
    }

    static Scoring ofStep(
            String id, String baseModel, ScoringRequest request, StepToScore asked, Instant now) {
        Scoring scoring = new Scoring(id, baseModel, request, now);
        scoring.job = asked.job();
        scoring.step = asked.step();
        return scoring;
    }

    /**
     * Returns the attempt's number; what an earlier one still writes is refused from now on. One
     * that is running has lost its process, or nobody could have been given it.
     */
    int begin(Instant now) {
        if (status.terminal()) throw illegal("begin");
        status = ScoringStatus.RUNNING;
        if (startedAt == null) startedAt = now;
        return ++attempt;
    }

    /** What truncation left of the checkpoint's changes. */
    void cutDown(Kept its) {
        kept = its;
    }

    void succeeded(Instant now) {
        if (status != ScoringStatus.RUNNING) throw illegal("succeed");
        close(ScoringStatus.SUCCEEDED, now);
    }

    void failed(String reason, String detail, Instant now) {
        if (status.terminal()) throw illegal("fail");
        errorTitle = reason;
        errorDetail = detail;
        close(ScoringStatus.FAILED, now);
    }

    /** Whoever was at it stops; another attempt goes on with the tasks that are left. */
    void handBack() {
        if (status != ScoringStatus.RUNNING) throw illegal("be handed back");
        status = ScoringStatus.QUEUED;
    }

    /** Ends it at once; whoever is at it finds out within a second. */
    void cancel(Instant now) {
        if (status == ScoringStatus.CANCELLED) return;
        if (status.terminal()) throw illegal("be cancelled");
        close(ScoringStatus.CANCELLED, now);
    }

    /** Whether an attempt may still write. */
    boolean admits(int writer) {
        return status == ScoringStatus.RUNNING && attempt == writer;
    }

    private void close(ScoringStatus last, Instant now) {
        status = last;
        endedAt = now;
    }

    private IllegalStateException illegal(String verb) {
        return new IllegalStateException(
                "scoring %s is %s, and a scoring in that status cannot %s"
                        .formatted(id, status.word(), verb));
    }

    String id() {
        return id;
    }

    String baseModel() {
        return baseModel;
    }

    Optional<String> checkpoint() {
        return Optional.ofNullable(checkpoint);
    }

    /** The job's step that it scores, unless somebody asked for it. */
    Optional<StepToScore> step() {
        return job == null || step == null
                ? Optional.empty()
                : Optional.of(new StepToScore(job, step));
    }

    Optional<Truncation> truncation() {
        return Optional.ofNullable(truncation);
    }

    Optional<Kept> kept() {
        return Optional.ofNullable(kept);
    }

    ScoringPrecision precision() {
        return precision;
    }

    List<AskedTask> tasks() {
        return tasks.tasks();
    }

    ScoringStatus status() {
        return status;
    }

    Instant createdAt() {
        return createdAt;
    }

    Optional<String> errorTitle() {
        return Optional.ofNullable(errorTitle);
    }

    Optional<String> errorDetail() {
        return Optional.ofNullable(errorDetail);
    }

    Optional<Instant> startedAt() {
        return Optional.ofNullable(startedAt);
    }

    Optional<Instant> endedAt() {
        return Optional.ofNullable(endedAt);
    }
}
