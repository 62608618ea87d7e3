package dev.palimpsest.scoring;

import dev.palimpsest.background.Piece;
import dev.palimpsest.decomposition.Kept;
import dev.palimpsest.decomposition.Truncation;
import dev.palimpsest.jobs.StepToScore;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.hibernate.annotations.ColumnTransformer;
import org.jspecify.annotations.Nullable;

/** A base model or a checkpoint that is asked a list of tasks. */
@Entity
@Table(name = "scorings")
class Scoring extends Piece {
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

    /** For Hibernate, which fills the fields in. */
    @SuppressWarnings("NullAway.Init")
    protected Scoring() {}

    private Scoring(String id, String baseModel, ScoringRequest request, Instant now) {
        super(id, now);
        this.baseModel = baseModel;
        this.checkpoint = request.checkpoint();
        this.truncation = request.truncation();
        this.precision = request.precision();
        this.tasks = new AskedTasks(request.tasks());
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

    @Override
    protected String kind() {
        return "scoring";
    }

    /** What truncation left of the checkpoint's changes. */
    void cutDown(Kept its) {
        kept = its;
    }

    void succeeded(Instant now) {
        succeed(now);
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
}
