package dev.palimpsest.studies;

import dev.palimpsest.analysis.RateChoice;
import dev.palimpsest.web.Conflict;
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
import org.springframework.data.domain.AbstractAggregateRoot;

/** A study: what was asked, how far it is, and what it chose. */
@Entity
@Table(name = "studies")
class Study extends AbstractAggregateRoot<Study> {
    @Id private String id;
    private String experiment;
    private @Nullable String name;

    @Convert(converter = Columns.RequestColumn.class)
    @ColumnTransformer(write = "cast(? as json)")
    @Column(updatable = false)
    private StudyRequest request;

    @Convert(converter = Columns.StageColumn.class)
    private Stage stage = Stage.RATES;

    @Convert(converter = Columns.StatusColumn.class)
    private StudyStatus status = StudyStatus.RUNNING;

    @Column(name = "rate_sweep")
    private String rateSweep;

    @Column(name = "grid_sweep")
    private @Nullable String gridSweep;

    @Convert(converter = Columns.ChoicesColumn.class)
    @ColumnTransformer(write = "cast(? as json)")
    private @Nullable List<RateChoice> choices;

    @Column(name = "beyond_budget")
    private boolean beyondBudget;

    private @Nullable String reason;

    @Column(updatable = false)
    private @Nullable String origin;

    @Column(name = "created_at")
    private Instant createdAt;

    @Column(name = "ended_at")
    private @Nullable Instant endedAt;

    /** For Hibernate, which fills the fields in. */
    @SuppressWarnings("NullAway.Init")
    protected Study() {}

    private Study(String id, String experiment, StudyRequest request, String sweep, Instant now) {
        this.id = id;
        this.experiment = experiment;
        this.name = request.name();
        this.request = request;
        this.rateSweep = sweep;
        this.createdAt = now;
    }

    /** A new study, whose first sweep is made. */
    static Study begun(
            String id, String experiment, StudyRequest request, String rateSweep, Instant now) {
        return new Study(id, experiment, request, rateSweep, now);
    }

    /** The rates are known: its jobs at them are made. */
    void chose(List<RateChoice> choices, String gridSweep) {
        expect(StudyStatus.RUNNING, "choose rates");
        this.choices = List.copyOf(choices);
        this.gridSweep = gridSweep;
        stage = Stage.GRID;
    }

    /** The rates are known, and what follows would take more than its budget. */
    void exceeds(List<RateChoice> choices, String words) {
        expect(StudyStatus.RUNNING, "wait for more budget");
        this.choices = List.copyOf(choices);
        status = StudyStatus.PAUSED;
        reason = words;
    }

    /** Its jobs have ended and spectra are asked for. */
    void trained() {
        expect(StudyStatus.RUNNING, "ask for spectra");
        stage = Stage.SPECTRA;
    }

    void done(Instant now) {
        expect(StudyStatus.RUNNING, "end");
        stage = Stage.DONE;
        end(StudyStatus.SUCCEEDED, now);
    }

    /** It cannot go on; the stage stays, so that a retry begins there. */
    void fail(String why, Instant now) {
        expect(StudyStatus.RUNNING, "fail");
        reason = why;
        end(StudyStatus.FAILED, now);
    }

    void pause() {
        expect(StudyStatus.RUNNING, "pause");
        status = StudyStatus.PAUSED;
        reason = "its owner paused it";
    }

    /** Goes on; one that waits for more budget has it now. */
    void resume() {
        expect(StudyStatus.PAUSED, "resume");
        beyondBudget = beyondBudget || (choices != null && gridSweep == null);
        goOn();
    }

    void cancel(Instant now) {
        if (status == StudyStatus.CANCELLED) return;
        if (terminal()) refuse("be cancelled");
        reason = null;
        end(StudyStatus.CANCELLED, now);
    }

    /** Takes it up again at the stage where it ended, or at its grid. */
    void retry() {
        if (!terminal() || origin != null) refuse("be tried again");
        if (stage == Stage.DONE || stage == Stage.SPECTRA) stage = Stage.GRID;
        endedAt = null;
        goOn();
    }

    private void goOn() {
        status = StudyStatus.RUNNING;
        reason = null;
    }

    private void end(StudyStatus last, Instant now) {
        status = last;
        endedAt = now;
        registerEvent(
                new StudyEnded(id, experiment, last.word(), Optional.ofNullable(reason), now));
    }

    private boolean terminal() {
        return switch (status) {
            case RUNNING, PAUSED -> false;
            case SUCCEEDED, FAILED, CANCELLED -> true;
        };
    }

    private void expect(StudyStatus expected, String verb) {
        if (status != expected) refuse(verb);
    }

    private void refuse(String verb) {
        if (origin != null)
            throw new Conflict(
                    "study %s is a record of %s, which was run elsewhere, and cannot %s"
                            .formatted(id, origin, verb));
        String can =
                switch (status) {
                    case RUNNING -> "pause or cancel";
                    case PAUSED -> "resume or cancel";
                    case SUCCEEDED, FAILED, CANCELLED -> "retry";
                };
        throw new Conflict(
                "study %s is %s, and a study in that status cannot %s; it can %s"
                        .formatted(id, status.word(), verb, can));
    }

    /** The sweep whose jobs it waits for, or waited for last. */
    String currentSweep() {
        return gridSweep == null ? rateSweep : gridSweep;
    }

    String id() {
        return id;
    }

    String experiment() {
        return experiment;
    }

    StudyRequest request() {
        return request;
    }

    Stage stage() {
        return stage;
    }

    StudyStatus status() {
        return status;
    }

    String rateSweep() {
        return rateSweep;
    }

    boolean beyondBudget() {
        return beyondBudget;
    }

    /** Its id where it was run, if that was elsewhere. */
    Optional<String> origin() {
        return Optional.ofNullable(origin);
    }

    Instant createdAt() {
        return createdAt;
    }

    Optional<String> name() {
        return Optional.ofNullable(name);
    }

    Optional<String> gridSweep() {
        return Optional.ofNullable(gridSweep);
    }

    Optional<List<RateChoice>> choices() {
        return Optional.ofNullable(choices);
    }

    Optional<String> reason() {
        return Optional.ofNullable(reason);
    }

    Optional<Instant> endedAt() {
        return Optional.ofNullable(endedAt);
    }
}
