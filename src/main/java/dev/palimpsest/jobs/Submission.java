package dev.palimpsest.jobs;

import dev.palimpsest.spec.JobSpec;
import dev.palimpsest.web.Ids;
import java.time.Clock;
import java.util.Optional;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Takes a spec in once everything it names is there and fits. */
@Component
class Submission {
    private final Experiments experiments;
    private final Jobs jobs;
    private final References references;
    private final Ids ids;
    private final Clock clock;

    Submission(Experiments experiments, Jobs jobs, References references, Ids ids, Clock clock) {
        this.experiments = experiments;
        this.jobs = jobs;
        this.references = references;
        this.ids = ids;
        this.clock = clock;
    }

    @Transactional
    public Job of(JobSpec spec) {
        Optional<Experiment> experiment = experiments.findAndKeep(spec.experiment());
        references.check(spec, experiment);
        String baseModel = experiment.orElseThrow().baseModel();
        return jobs.save(Job.submitted(ids.next("job"), spec, baseModel, clock.instant()));
    }
}
