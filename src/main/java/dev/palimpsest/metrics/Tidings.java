package dev.palimpsest.metrics;

import jakarta.annotation.PreDestroy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.event.TransactionalEventListener;

/**
 * Tells those who listen to job_changed that jobs have new metrics, once these can be read: what
 * came within a tenth of a second by one notice a job. PostgreSQL lets transactions with notices
 * commit one after the other only, and a client who logs alone has thousands a second.
 */
@Component
class Tidings {
    private static final Logger log = LoggerFactory.getLogger(Tidings.class);
    private static final long GATHERED_MILLIS = 100;

    /** Nothing is kept on disk, so nobody waits for one. */
    private static final String TELL =
            """
            select set_config('synchronous_commit', 'off', true), pg_notify('job_changed', job)
            from unnest(:jobs) as changed (job)
            """;

    private final JdbcClient database;
    private final Set<String> changed = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean gathering = new AtomicBoolean();
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("metrics-tidings").factory());
    private final Executor later =
            CompletableFuture.delayedExecutor(GATHERED_MILLIS, TimeUnit.MILLISECONDS, thread);

    Tidings(JdbcClient database) {
        this.database = database;
    }

    @TransactionalEventListener(fallbackExecution = true)
    void on(PointsFiled filed) {
        changed.add(filed.job());
        if (gathering.compareAndSet(false, true)) later.execute(this::tell);
    }

    private void tell() {
        gathering.set(false);
        List<String> jobs = new ArrayList<>(changed);
        jobs.forEach(changed::remove);
        if (jobs.isEmpty()) return;
        try {
            database.sql(TELL)
                    .param("jobs", jobs.toArray(new String[0]))
                    .query((row, number) -> number)
                    .list();
        } catch (DataAccessException down) {
            log.debug("all who listen look again when the database answers", down);
        }
    }

    @PreDestroy
    void stop() {
        thread.shutdownNow();
        tell();
    }
}
