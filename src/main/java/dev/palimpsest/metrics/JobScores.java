package dev.palimpsest.metrics;

import dev.palimpsest.catalog.RegisteredTask;
import dev.palimpsest.catalog.Tasks;
import dev.palimpsest.evaluation.Score;
import dev.palimpsest.evaluation.Task;
import dev.palimpsest.jobs.Experiment;
import dev.palimpsest.jobs.Experiments;
import dev.palimpsest.jobs.Job;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * The metrics that follow from a job's scores: what it learned and what it forgot. Each call is
 * part of its caller's transaction.
 */
@Component
public class JobScores {
    private static final Score NOTHING = new Score(Optional.empty(), Optional.empty());

    private final Experiments experiments;
    private final Tasks tasks;
    private final StepScores scores;
    private final Metrics metrics;
    private final Clock clock;

    JobScores(
            Experiments experiments, Tasks tasks, StepScores scores, Metrics metrics, Clock clock) {
        this.experiments = experiments;
        this.tasks = tasks;
        this.scores = scores;
        this.metrics = metrics;
        this.clock = clock;
    }

    /** Files them for every step that is scored so far; the base model's scores may come last. */
    public void complete(Job job) {
        Experiment experiment = experiments.findById(job.experiment()).orElseThrow();
        List<StepScore> steps =
                scores.of(
                        List.of(job.id()),
                        tasks(experiment.learningTasks(), job),
                        tasks(experiment.forgettingTasks(), job));
        Score base =
                steps.stream()
                        .filter(scored -> scored.step() == 0)
                        .map(StepScore::score)
                        .findFirst()
                        .orElse(NOTHING);
        for (StepScore scored : steps) {
            Map<String, Double> values = scored.score().metrics(base);
            if (!values.isEmpty())
                metrics.fileScores(
                        job.id(),
                        List.of(new Metrics.Measured(scored.step(), values, clock.instant())));
        }
    }

    private List<Task> tasks(List<String> names, Job job) {
        return names.stream()
                .flatMap(name -> tasks.named(name, job.spec().evaluation()).stream())
                .map(RegisteredTask::task)
                .toList();
    }
}
