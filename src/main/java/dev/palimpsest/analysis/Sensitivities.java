package dev.palimpsest.analysis;

import dev.palimpsest.catalog.RegisteredTask;
import dev.palimpsest.catalog.Tasks;
import dev.palimpsest.evaluation.ScoreKind;
import dev.palimpsest.jobs.Experiment;
import dev.palimpsest.jobs.Experiments;
import dev.palimpsest.jobs.Jobs;
import dev.palimpsest.metrics.Metrics;
import java.util.Comparator;
import java.util.List;
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
        return new Sensitivity(
                kind(experiment.learningTasks()),
                RateCurves.of(jobs.findByExperimentOrderById(id), metrics).all());
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
