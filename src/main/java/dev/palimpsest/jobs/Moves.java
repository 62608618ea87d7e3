package dev.palimpsest.jobs;

import java.util.function.Consumer;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Moves a job as its owner wishes, alone: nobody else moves it until that is stored. */
@Component
public class Moves {
    private final Jobs jobs;

    Moves(Jobs jobs) {
        this.jobs = jobs;
    }

    @Transactional
    public Job of(String id, Consumer<Job> move) {
        jobs.trunkOf(id).ifPresent(jobs::findAndLock); // first, as the trunk's own end does
        Job job = jobs.locked(id);
        move.accept(job);
        return jobs.save(job);
    }
}
