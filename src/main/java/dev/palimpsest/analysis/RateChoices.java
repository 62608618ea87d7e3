package dev.palimpsest.analysis;

import dev.palimpsest.jobs.Job;
import dev.palimpsest.jobs.Jobs;
import dev.palimpsest.metrics.Metrics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    public List<RateChoice> of(String sweep, RateRule rule, RateScore by) {
        List<Job> tried = jobs.findBySweepOrderByCell(sweep);
        RateCurves curves =
                switch (by) {
                    case LEARNING -> RateCurves.of(tried, metrics);
                    case BITS_PER_BYTE -> RateCurves.of(tried, fewestBits(tried));
                };
        return curves.all().stream().map(curve -> RateChoice.of(curve, rule)).toList();
    }

    /** Fewer bits are better, so that the score is minus them. */
    private Map<String, Double> fewestBits(List<Job> tried) {
        Map<String, Double> scores = new HashMap<>();
        metrics.last(tried.stream().map(Job::id).toList(), "learning_bits_per_byte")
                .forEach((job, bits) -> scores.put(job, -bits));
        return scores;
    }
}
