package dev.palimpsest.analysis;

import dev.palimpsest.jobs.Jobs;
import dev.palimpsest.metrics.Metrics;
import org.springframework.stereotype.Component;

/** How learning depends on the rate, of an experiment. */
@Component
class Sensitivities {
    private final Material material;
    private final Jobs jobs;
    private final Metrics metrics;

    Sensitivities(Material material, Jobs jobs, Metrics metrics) {
        this.material = material;
        this.jobs = jobs;
        this.metrics = metrics;
    }

    Sensitivity of(String id, ScoredBy by) {
        return new Sensitivity(
                material.learningKind(id, by).orElse(null),
                RateCurves.of(jobs.findByExperimentOrderById(id), metrics, by).all());
    }
}
