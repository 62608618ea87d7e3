package dev.palimpsest.metrics;

import dev.palimpsest.jobs.ExperimentDeleted;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Deletes the scores that no job has any more, with the experiment that had them. */
@Component
class Orphans {
    private final Evaluations evaluations;

    Orphans(Evaluations evaluations) {
        this.evaluations = evaluations;
    }

    @EventListener
    void on(ExperimentDeleted deleted) {
        evaluations.deleteOrphans();
    }
}
