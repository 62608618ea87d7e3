package dev.palimpsest.scoring;

import dev.palimpsest.background.PieceStatus;
import dev.palimpsest.background.Waiting;
import dev.palimpsest.catalog.BaseModel;
import dev.palimpsest.catalog.Models;
import dev.palimpsest.catalog.RegisteredTask;
import dev.palimpsest.catalog.Tasks;
import dev.palimpsest.decomposition.Truncation;
import dev.palimpsest.jobs.Checkpoint;
import dev.palimpsest.jobs.Checkpoints;
import dev.palimpsest.jobs.Job;
import dev.palimpsest.jobs.Jobs;
import dev.palimpsest.metrics.Evaluations;
import dev.palimpsest.projects.Bounds;
import dev.palimpsest.spec.Faults;
import dev.palimpsest.web.Conflict;
import dev.palimpsest.web.Ids;
import dev.palimpsest.web.NotFound;
import java.time.Clock;
import java.util.Optional;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Takes in, cancels and deletes scorings, each in one transaction. */
@Component
class ScoringDesk {
    private final Scorings scorings;
    private final Models models;
    private final Tasks tasks;
    private final Checkpoints checkpoints;
    private final Jobs jobs;
    private final Evaluations evaluations;
    private final StepScorings steps;
    private final Bounds bounds;
    private final TransactionTemplate transaction;
    private final ApplicationEventPublisher events;
    private final Ids ids;
    private final Clock clock;

    ScoringDesk(
            Scorings scorings,
            Models models,
            Tasks tasks,
            Checkpoints checkpoints,
            Jobs jobs,
            Evaluations evaluations,
            StepScorings steps,
            Bounds bounds,
            TransactionTemplate transaction,
            ApplicationEventPublisher events,
            Ids ids,
            Clock clock) {
        this.scorings = scorings;
        this.models = models;
        this.tasks = tasks;
        this.checkpoints = checkpoints;
        this.jobs = jobs;
        this.evaluations = evaluations;
        this.steps = steps;
        this.bounds = bounds;
        this.transaction = transaction;
        this.events = events;
        this.ids = ids;
        this.clock = clock;
    }

    /** Throws {@link dev.palimpsest.spec.InvalidSpec} with every fault of the request. */
    Scoring ask(ScoringRequest request) {
        Faults faults = new Faults();
        Optional<String> base =
                request.checkpoint() == null
                        ? Optional.ofNullable(request.model())
                        : baseOf(request.checkpoint(), faults);
        base.ifPresent(name -> ready(name, faults));
        for (int i = 0; i < request.tasks().size(); i++) check(request.tasks().get(i), i, faults);
        faults.raise();
        bounds.requireTime();
        return transaction.execute(_ -> asked(base.orElseThrow(), request));
    }

    /** A checkpoint cut down to a rank, on the experiment's tasks if none are named. */
    Scoring ask(String checkpoint, TruncationRequest request) {
        Job job =
                checkpoints
                        .find(checkpoint)
                        .flatMap(found -> jobs.findById(found.job()))
                        .orElseThrow(() -> noCheckpoint(checkpoint));
        return ask(
                new ScoringRequest(
                        null,
                        checkpoint,
                        new Truncation(request.rank(), request.rest()),
                        request.tasks() == null ? steps.tasks(job) : request.tasks(),
                        request.precision() == null
                                ? ScoringPrecision.of(job)
                                : request.precision()));
    }

    /** Refuses what is no checkpoint; scores by rank outlive the one they are of. */
    void requireTruncatable(String checkpoint) {
        if (checkpoints.find(checkpoint).isEmpty()
                && !scorings.existsByCheckpointAndTruncationNotNull(checkpoint))
            throw noCheckpoint(checkpoint);
    }

    Scoring cancel(String id) {
        return transaction.execute(
                _ -> {
                    Scoring scoring = scorings.lock(id).orElseThrow(() -> missing(id));
                    if (scoring.status() == PieceStatus.SUCCEEDED
                            || scoring.status() == PieceStatus.FAILED)
                        throw new Conflict(
                                "scoring %s has %s; only one that waits or runs can be cancelled"
                                        .formatted(id, scoring.status().word()));
                    scoring.cancel(clock.instant());
                    return scoring;
                });
    }

    void delete(String id) {
        transaction.executeWithoutResult(
                _ -> {
                    Scoring scoring = scorings.lock(id).orElseThrow(() -> missing(id));
                    if (!scoring.status().terminal())
                        throw new Conflict(
                                "scoring %s is %s; cancel it first by POST /api/v1/scorings/%s/cancel"
                                        .formatted(id, scoring.status().word(), id));
                    scorings.delete(scoring);
                    scorings.flush();
                    evaluations.deleteOrphans();
                });
    }

    static NotFound missing(String id) {
        return new NotFound(
                "there is no scoring %s; GET /api/v1/scorings lists them".formatted(id));
    }

    static NotFound noCheckpoint(String id) {
        return new NotFound(
                "there is no checkpoint %s; GET /api/v1/jobs/{id}/checkpoints lists a job's"
                        .formatted(id));
    }

    private Scoring asked(String base, ScoringRequest request) {
        Scoring scoring =
                scorings.saveAndFlush(
                        Scoring.asked(ids.next("scoring"), base, request, clock.instant()));
        events.publishEvent(new Waiting(ScoringWork.NAME, scoring.id()));
        return scoring;
    }

    private Optional<String> baseOf(String checkpoint, Faults faults) {
        Optional<Checkpoint> found = checkpoints.find(checkpoint);
        faults.require(
                found.isPresent(),
                "/checkpoint",
                "there is no checkpoint '%s'; GET /api/v1/jobs/{id}/checkpoints lists a job's"
                        .formatted(checkpoint));
        found.ifPresent(
                one ->
                        faults.require(
                                one.present(),
                                "/checkpoint",
                                "'%s' has only scores here, no weights".formatted(checkpoint)));
        return found.flatMap(one -> jobs.findById(one.job())).map(Job::baseModel);
    }

    private void ready(String name, Faults faults) {
        Optional<BaseModel> model = models.findByName(name);
        faults.require(
                model.isPresent(),
                "/model",
                "there is no model '%s'; POST /api/v1/models registers one".formatted(name));
        model.ifPresent(
                found ->
                        faults.require(
                                found.isReady(),
                                "/model",
                                "'%s' is %s; only a ready model can be scored"
                                        .formatted(name, found.status().word())));
    }

    private void check(AskedTask asked, int place, Faults faults) {
        String pointer = "/tasks/%d".formatted(place);
        Optional<RegisteredTask> task = tasks.named(asked.name(), asked.plan());
        if (task.isEmpty()) {
            faults.require(
                    false,
                    pointer + "/name",
                    "there is no task '%s'; GET /api/v1/tasks lists those there are"
                            .formatted(asked.name()));
            return;
        }
        String reason = task.get().unavailable();
        if (reason != null) faults.require(false, pointer + "/name", reason);
        faults.require(
                asked.fewShot() == null || asked.fewShot() <= task.get().fewShot(),
                pointer + "/few_shot",
                "must be 0: this task's exemplars cannot be chosen");
    }
}
