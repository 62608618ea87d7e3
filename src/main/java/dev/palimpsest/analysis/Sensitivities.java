package dev.palimpsest.analysis;

import dev.palimpsest.catalog.RegisteredTask;
import dev.palimpsest.catalog.Tasks;
import dev.palimpsest.evaluation.Task;
import dev.palimpsest.jobs.Experiments;
import dev.palimpsest.jobs.Jobs;
import dev.palimpsest.metrics.Metrics;
import java.util.List;
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

    Sensitivity of(String id, ScoredBy by) {
        List<Task> learning =
                experiments.named(id).learningTasks().stream()
                        .flatMap(name -> tasks.named(name).stream())
                        .map(RegisteredTask::task)
                        .toList();
        return new Sensitivity(
                by.kind(learning).orElse(null),
                RateCurves.of(jobs.findByExperimentOrderById(id), metrics, by).all());
    }
}
