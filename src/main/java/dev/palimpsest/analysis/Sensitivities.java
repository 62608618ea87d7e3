package dev.palimpsest.analysis;

import dev.palimpsest.catalog.RegisteredTask;
import dev.palimpsest.catalog.Tasks;
import dev.palimpsest.evaluation.ScoreKind;
import dev.palimpsest.jobs.Experiment;
import dev.palimpsest.jobs.Experiments;
import dev.palimpsest.jobs.Guarded;
import dev.palimpsest.jobs.Job;
import dev.palimpsest.jobs.Jobs;
import dev.palimpsest.metrics.Metrics;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** How learning depends on the rate, of an experiment. */
@Component
class Sensitivities {
    private final Experiments experiments;
    private final Jobs jobs;
    private final Metrics metrics;
    private final Tasks tasks;

    Sensitivities(Experiments experiments, Jobs jobs, Metrics metrics, Tasks tasks) {
        this.experiments = experiments;
        this.jobs = jobs;
        this.metrics = metrics;
        this.tasks = tasks;
    }

    Sensitivity of(String id) {
        Experiment experiment = experiments.named(id);
        List<Job> its = jobs.findByExperimentOrderById(id);
        Map<String, Metrics.LastScore> scores =
                metrics.lastScores(its.stream().map(Job::id).toList());
        RateCurves curves = new RateCurves();
        for (Job job : its) {
            boolean cutShort = job.guarded().filter(Guarded::ended).isPresent();
            Metrics.LastScore score = cutShort ? null : scores.get(job.id());
            curves.add(
                    job.spec(),
                    new Sensitivity.Run(
                            job.id(),
                            job.spec().training().seed(),
                            job.status(),
                            job.diverged(),
                            score == null ? null : score.learning()));
        }
        return new Sensitivity(kind(experiment.learningTasks()), curves.all());
    }

    /** Accuracies, or bits per byte where there are only those. */
    private @Nullable ScoreKind kind(List<String> names) {
        return names.stream()
                .flatMap(name -> tasks.named(name).stream())
                .map(RegisteredTask::task)
                .map(task -> task.primary().kind())
                .min(Comparator.naturalOrder())
                .orElse(null);
    }
}
