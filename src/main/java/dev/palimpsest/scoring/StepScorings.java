package dev.palimpsest.scoring;

import dev.palimpsest.background.Waiting;
import dev.palimpsest.catalog.RegisteredTask;
import dev.palimpsest.catalog.Tasks;
import dev.palimpsest.evaluation.Measure;
import dev.palimpsest.evaluation.Score;
import dev.palimpsest.evaluation.Task;
import dev.palimpsest.jobs.Checkpoint;
import dev.palimpsest.jobs.Checkpoints;
import dev.palimpsest.jobs.Experiment;
import dev.palimpsest.jobs.Experiments;
import dev.palimpsest.jobs.Job;
import dev.palimpsest.jobs.Jobs;
import dev.palimpsest.jobs.StepToScore;
import dev.palimpsest.jobs.StepsForgotten;
import dev.palimpsest.metrics.Evaluation;
import dev.palimpsest.metrics.Evaluations;
import dev.palimpsest.metrics.Metrics;
import dev.palimpsest.metrics.Primaries;
import dev.palimpsest.spec.EvaluationPlan;
import dev.palimpsest.spec.Precision;
import dev.palimpsest.web.Ids;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    private final Tasks tasks;
    private final Evaluations evaluations;
    private final Metrics metrics;
    private final ApplicationEventPublisher events;
    private final Ids ids;
    private final Clock clock;

    StepScorings(
            Scorings scorings,
            Jobs jobs,
            Experiments experiments,
            Checkpoints checkpoints,
            Tasks tasks,
            Evaluations evaluations,
            Metrics metrics,
            ApplicationEventPublisher events,
            Ids ids,
            Clock clock) {
        this.scorings = scorings;
        this.jobs = jobs;
        this.experiments = experiments;
        this.checkpoints = checkpoints;
        this.tasks = tasks;
        this.evaluations = evaluations;
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
        Experiment experiment = experiments.findById(job.experiment()).orElseThrow();
        EvaluationPlan plan = job.spec().evaluation();
        List<AskedTask> asked =
                Stream.of(experiment.learningTasks(), experiment.forgettingTasks())
                        .flatMap(List::stream)
                        .map(task -> AskedTask.of(task, plan))
                        .toList();
        ScoringPrecision precision =
                job.spec().training().precision() == Precision.FP32
                        ? ScoringPrecision.FP32
                        : ScoringPrecision.BF16;
        if (step == 0) return new ScoringRequest(job.baseModel(), null, asked, precision);
        String checkpoint = checkpoints.atStep(job.id(), step).map(Checkpoint::id).orElseThrow();
        return new ScoringRequest(null, checkpoint, asked, precision);
    }

    /** Places a score in the life of the job whose step it is of. */
    void place(Scoring scoring, String fingerprint) {
        scoring.step().ifPresent(at -> place(at, fingerprint));
    }

    private void place(StepToScore at, String fingerprint) {
        evaluations.place(at.job(), at.step(), fingerprint);
        for (Evaluation evaluation : evaluations.ofJobs(List.of(at.job()))) {
            if (evaluation.step() != at.step() || !evaluation.fingerprint().equals(fingerprint))
                continue;
            Map<String, Double> values = new HashMap<>();
            evaluation
                    .metrics()
                    .forEach(
                            (metric, measure) ->
                                    values.put(
                                            "eval/%s/%s".formatted(evaluation.task(), metric),
                                            measure.value()));
            file(at.job(), at.step(), values);
        }
    }

    /** Once all tasks of a step are scored; the base model's may come last. */
    void complete(Scoring scoring) {
        scoring.step().flatMap(at -> jobs.findById(at.job())).ifPresent(this::complete);
    }

    private void complete(Job job) {
        Experiment experiment = experiments.findById(job.experiment()).orElseThrow();
        List<Task> learning = tasks(experiment.learningTasks(), job);
        List<Task> forgetting = tasks(experiment.forgettingTasks(), job);
        Map<String, Task> known = new HashMap<>();
        learning.forEach(task -> known.put(task.name(), task));
        forgetting.forEach(task -> known.put(task.name(), task));
        Map<Long, Map<String, Measure>> steps =
                Primaries.of(evaluations.ofJobs(List.of(job.id())), known)
                        .getOrDefault(job.id(), Map.of());
        Score base = Score.of(learning, forgetting, steps.getOrDefault(0L, Map.of()));
        steps.forEach(
                (step, values) ->
                        file(job.id(), step, Score.of(learning, forgetting, values).metrics(base)));
    }

    private List<Task> tasks(List<String> names, Job job) {
        return names.stream()
                .flatMap(name -> tasks.named(name, job.spec().evaluation()).stream())
                .map(RegisteredTask::task)
                .toList();
    }

    private void file(String job, long step, Map<String, Double> values) {
        if (!values.isEmpty())
            metrics.file(job, List.of(new Metrics.Measured(step, values, clock.instant())));
    }
}
