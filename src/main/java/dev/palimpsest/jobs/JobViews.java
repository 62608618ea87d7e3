package dev.palimpsest.jobs;

import dev.palimpsest.projects.Bounds;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Jobs as they are answered, with what those that wait are waiting for. */
@Component
class JobViews {
    private final Devices devices;
    private final Bounds bounds;

    JobViews(Devices devices, Bounds bounds) {
        this.devices = devices;
        this.bounds = bounds;
    }

    JobView of(Job job) {
        job.spec(); // which says so if it cannot be read here
        return of(List.of(job)).getFirst();
    }

    /** Of those that can be read here. */
    List<JobView> of(List<Job> all) {
        List<Job> jobs = all.stream().filter(Job::isReadable).toList();
        if (jobs.stream().noneMatch(job -> job.status() == Status.QUEUED))
            return jobs.stream().map(JobView::of).toList();
        Pool pool = devices.pool();
        Optional<String> full = bounds.full();
        return jobs.stream()
                .map(job -> JobView.of(job, waitsUntil(job.needs(), pool).or(() -> full)))
                .toList();
    }

    private static Optional<String> waitsUntil(Needs needs, Pool pool) {
        return pool.lacks(needs).or(() -> pool.lacksRoom(needs));
    }
}
