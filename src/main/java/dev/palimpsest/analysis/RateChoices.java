package dev.palimpsest.analysis;

import dev.palimpsest.jobs.Jobs;
import dev.palimpsest.metrics.Metrics;
import java.util.List;
import org.springframework.stereotype.Component;

/** Chooses learning rates from a sweep over them. */
@Component
public class RateChoices {
    private final Jobs jobs;
    private final Metrics metrics;

    RateChoices(Jobs jobs, Metrics metrics) {
        this.jobs = jobs;
        this.metrics = metrics;
    }

    /** Of each method and rank that a sweep has, full finetuning first. */
    public List<RateChoice> of(String sweep, RateRule rule, ScoredBy by) {
        return RateCurves.of(jobs.findBySweepOrderByCell(sweep), metrics, by).all().stream()
                .map(curve -> RateChoice.of(curve, rule))
                .toList();
    }
}
