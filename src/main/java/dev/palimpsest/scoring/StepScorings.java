package dev.palimpsest.scoring;

import dev.palimpsest.background.Waiting;
import dev.palimpsest.jobs.Checkpoint;
import dev.palimpsest.jobs.Checkpoints;
import dev.palimpsest.jobs.Experiment;
import dev.palimpsest.jobs.Experiments;
import dev.palimpsest.jobs.Job;
import dev.palimpsest.jobs.Jobs;
import dev.palimpsest.jobs.StepToScore;
import dev.palimpsest.jobs.StepsForgotten;
import dev.palimpsest.metrics.Evaluations;
import dev.palimpsest.metrics.JobScores;
import dev.palimpsest.metrics.Metrics;
import dev.palimpsest.spec.EvaluationPlan;
import dev.palimpsest.web.Ids;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Steps of jobs that workers score: asked for when their trainer comes by, their scores and metrics
 * placed in the job's life as if its trainer had scored them. Each call is part of its caller's
 * transaction.
 */
@Component
class StepScorings {
    private final Scorings scorings;
    private final Jobs jobs;
    private final Experiments experiments;
    private final Checkpoints checkpoints;
    private final Evaluations evaluations;
    private final JobScores scores;
    private final Metrics metrics;
    private final ApplicationEventPublisher events;
    private final Ids ids;
    private final Clock clock;

    StepScorings(
            Scorings scorings,
            Jobs jobs,
            Experiments experiments,
            Checkpoints checkpoints,
            Evaluations evaluations,
            JobScores scores,
            Metrics metrics,
            ApplicationEventPublisher events,
            Ids ids,
            Clock clock) {
        this.scorings = scorings;
        this.jobs = jobs;
        this.experiments = experiments;
        this.checkpoints = checkpoints;
        this.evaluations = evaluations;
        this.scores = scores;
        this.metrics = metrics;
        this.events = events;
        this.ids = ids;
        this.clock = clock;
    }

    /** An attempt that comes by again asks for nothing new. */
    @EventListener
    void ask(StepToScore asked) {
        if (scorings.existsByJobAndStep(asked.job(), asked.step())) return;
        Job job = jobs.findById(asked.job()).orElseThrow();
        Scoring scoring =
                scorings.saveAndFlush(
                        Scoring.ofStep(
                                ids.next("scoring"),
                                job.baseModel(),
                                request(job, asked.step()),
                                asked,
                                clock.instant()));
        events.publishEvent(new Waiting(ScoringWork.NAME, scoring.id()));
    }

    /** Who is at one that is forgotten finds out within a second. */
    @EventListener
    void forget(StepsForgotten forgotten) {
        scorings.deleteByJobAndStepGreaterThan(forgotten.job(), forgotten.step());
    }

    private ScoringRequest request(Job job, long step) {
        List<AskedTask> asked = tasks(job);
        ScoringPrecision precision = ScoringPrecision.of(job);
        if (step == 0) return new ScoringRequest(job.baseModel(), null, null, asked, precision);
        String checkpoint = checkpoints.atStep(job.id(), step).map(Checkpoint::id).orElseThrow();
        return new ScoringRequest(null, checkpoint, null, asked, precision);
    }

    /** The experiment's, as the job asks them. */
    List<AskedTask> tasks(Job job) {
        Experiment experiment = experiments.findById(job.experiment()).orElseThrow();
        EvaluationPlan plan = job.spec().evaluation();
        return Stream.of(experiment.learningTasks(), experiment.forgettingTasks())
                .flatMap(List::stream)
                .map(task -> AskedTask.of(task, plan))
                .toList();
    }

    /** Places the score of one of its tasks in the life of the job whose step it is of. */
    void place(Scoring scoring, int place, String fingerprint) {
        String task = scoring.tasks().get(place).name();
        scoring.step().ifPresent(at -> place(at, task, fingerprint));
    }

    private void place(StepToScore at, String task, String fingerprint) {
        evaluations.place(at.job(), at.step(), fingerprint);
        evaluations
                .find(fingerprint)
                .ifPresent(
                        measures ->
                                metrics.file(at.job(), at.step(), task, measures, clock.instant()));
    }

    /** Once all tasks of a step are scored; the base model's may come last. */
    void complete(Scoring scoring) {
        scoring.step().flatMap(at -> jobs.findById(at.job())).ifPresent(scores::complete);
    }
}
