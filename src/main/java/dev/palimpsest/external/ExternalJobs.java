package dev.palimpsest.external;

import dev.palimpsest.jobs.Job;
import dev.palimpsest.jobs.Jobs;
import org.springframework.stereotype.Component;

/** Jobs that are trained elsewhere and have not ended, for their owners to tell of. */
@Component
class ExternalJobs {
    private final Jobs jobs;

    ExternalJobs(Jobs jobs) {
        this.jobs = jobs;
    }

    /** The job with its row locked until the transaction ends, or the problem to answer. */
    Job locked(String id) {
        Job job = jobs.locked(id);
        job.admitOwner();
        return job;
    }

    /** The same without a lock: what is refused now would be later. */
    Job running(String id) {
        Job job = jobs.named(id);
        job.admitOwner();
        return job;
    }

    Job any(String id) {
        return jobs.locked(id);
    }

    /** Tells whom it concerns what has become of it. */
    Job save(Job job) {
        return jobs.save(job);
    }
}
