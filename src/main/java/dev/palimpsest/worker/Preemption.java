package dev.palimpsest.worker;

import dev.palimpsest.jobs.JobQueued;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;

/**
 * Has running jobs make way for those of a higher priority that no free worker could take: make_way
 * in db/migration says which. It is looked for when a job comes in, and now and then by the first
 * of the workers.
 */
@Component
class Preemption implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Preemption.class);

    private final JdbcClient database;
    private final Workers workers;
    private final Duration mostSilence;
    private final Clock clock;
    private final AtomicBoolean asked = new AtomicBoolean();
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("preemption").factory());

    Preemption(JdbcClient database, Workers workers, WorkerSettings settings, Clock clock) {
        this.database = database;
        this.workers = workers;
        this.mostSilence = settings.mostSilence();
        this.clock = clock;
    }

    @TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT)
    void look(JobQueued queued) {
        if (asked.compareAndSet(false, true)) thread.execute(this::look);
    }

    void lookIfFirst(String worker) {
        if (workers.isFirst(worker, clock.instant().minus(mostSilence))) look();
    }

    private void look() {
        asked.set(false);
        try {
            int yielding =
                    database.sql("select make_way(?)")
                            .param(Timestamp.from(clock.instant().minus(mostSilence)))
                            .query(Integer.class)
                            .single();
            if (yielding > 0) LOG.info("{} jobs are asked to make way", yielding);
        } catch (DataAccessException | TransactionException unreachable) {
            LOG.warn("nobody was asked to make way: {}", unreachable.getMessage());
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
