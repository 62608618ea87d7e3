package dev.palimpsest.sweeps;

import dev.palimpsest.jobs.JobEnded;
import dev.palimpsest.jobs.Jobs;
import dev.palimpsest.jobs.Status;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Tells when no job of a sweep is left that could go on. */
@Component
class SweepEnds {
    private static final String LOCK =
            "select experiment from sweeps where id = :sweep for no key update";

    private static final String ROUNDS = "select sum(round) from jobs where sweep = :sweep";

    private final Jobs jobs;
    private final JdbcClient database;
    private final ApplicationEventPublisher events;

    SweepEnds(Jobs jobs, JdbcClient database, ApplicationEventPublisher events) {
        this.jobs = jobs;
        this.database = database;
        this.events = events;
    }

    /** Of equal looks a transaction keeps one, however many jobs end in it. */
    @EventListener
    void ended(JobEnded job) {
        job.sweep()
                .ifPresent(
                        sweep ->
                                TransactionSynchronizationManager.registerSynchronization(
                                        new Look(this, sweep)));
    }

    /** Comes when a transaction has locked all jobs it moves, so that nobody waits in a circle. */
    private record Look(SweepEnds ends, String sweep) implements TransactionSynchronization {
        @Override
        public void beforeCommit(boolean readOnly) {
            ends.look(sweep);
        }
    }

    /** Of two last jobs that end at once, one waits here and sees the other ended. */
    private void look(String sweep) {
        String experiment = database.sql(LOCK).param("sweep", sweep).query(String.class).single();
        if (jobs.existsBySweepAndStatusIn(sweep, Status.OPEN)) return;
        long rounds = database.sql(ROUNDS).param("sweep", sweep).query(Long.class).single();
        events.publishEvent(new SweepEnded(sweep, experiment, rounds));
    }
}
