package dev.palimpsest.telemetry;

import dev.palimpsest.home.Settings;
import dev.palimpsest.telemetry.Reading.Gauge;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * What is true of the whole service, whichever process is asked: read from the database when
 * somebody looks, though not again within some seconds. While the database does not answer there is
 * nothing to see.
 */
@Component
class DatabaseGauges implements MultiCollector {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseGauges.class);
    private static final Duration FRESH = Duration.ofSeconds(5);

    private static final Reading JOBS =
            new Reading(
                    """
                    select status, coalesce(jobs, 0) as jobs
                    from unnest(array['queued', 'running', 'paused', 'succeeded', 'failed', 'cancelled']) as status
                    left join (select status, count(*) as jobs from jobs group by status) counted using (status)
                    """,
                    List.of("status"),
                    List.of(new Gauge("jobs", "palimpsest_jobs", "Jobs by their status")));

    private static final Reading QUEUE =
            new Reading(
                    """
                    select work, device_class, count(since) as waiting,
                           coalesce(greatest(extract(epoch from cast(:now as timestamptz) - min(since)), 0), 0) as oldest
                    from (select 'job' as work, class as device_class, cast(null as timestamptz) as since
                          from (select 'any' as class union select device_class from workers) classes
                          union all
                          select case task_name when 'job' then 'job' else split_part(task_instance, ' ', 1) end, device_class, execution_time
                          from scheduled_tasks
                          where task_name in ('job', 'device') and not picked and execution_time <= :now) entries
                    group by work, device_class
                    """,
                    List.of("work", "device_class"),
                    List.of(
                            new Gauge(
                                    "waiting",
                                    "palimpsest_queue_length",
                                    "What waits for a worker: jobs, and other work that takes a device"),
                            new Gauge(
                                    "oldest",
                                    "palimpsest_queue_oldest_seconds",
                                    "How long the first of them has waited")));

    private static final Reading WORKERS =
            new Reading(
                    """
                    select device_class, status, count(id) as workers
                    from (select device_class from workers union select 'cpu') classes
                    cross join unnest(array['idle', 'busy', 'lost']) as status
                    left join (select id, device_class,
                                      case when last_heartbeat < :heard then 'lost' when current_job is null then 'idle' else 'busy' end
                                          as status
                               from workers) known using (device_class, status)
                    group by device_class, status
                    """,
                    List.of("device_class", "status"),
                    List.of(
                            new Gauge(
                                    "workers",
                                    "palimpsest_workers",
                                    "Workers that are idle, busy, or not heard of lately")));

    private static final Reading MEMORY =
            new Reading(
                    """
                    select id as worker, device, memory_bytes, coalesce(used_bytes, 0) as used_bytes, coalesce(peak_bytes, 0) as peak_bytes
                    from workers where last_heartbeat >= :heard
                    """,
                    List.of("worker", "device"),
                    List.of(
                            new Gauge(
                                    "memory_bytes",
                                    "palimpsest_device_memory_bytes",
                                    "The device's memory"),
                            new Gauge(
                                    "used_bytes",
                                    "palimpsest_device_memory_used_bytes",
                                    "What the running trainers hold of it"),
                            new Gauge(
                                    "peak_bytes",
                                    "palimpsest_device_memory_peak_bytes",
                                    "The most that the last trainers held of it")));

    /** Compared with infinity, what is no number is greater in PostgreSQL. */
    private static final Reading TRAINING =
            new Reading(
                    """
                    select w.device_class,
                           coalesce(sum(s.value) filter (where s.at > :lately and s.value < 'infinity'), 0) as tokens
                    from workers w
                    left join metric_series s on s.job = any(coalesce(w.current_jobs, array[w.current_job])) and s.key = 'train/tokens_per_second'
                    where w.last_heartbeat >= :heard
                    group by 1
                    """,
                    List.of("device_class"),
                    List.of(
                            new Gauge(
                                    "tokens",
                                    "palimpsest_training_tokens_per_second",
                                    "Tokens trained a second, by the last steps of all running jobs")));

    private static final Reading EVALUATION =
            new Reading(
                    """
                    select coalesce(sum(items), 0) / extract(epoch from cast(:now as timestamptz) - :lately) as examples
                    from evaluations where created_at > :lately
                    """,
                    List.of(),
                    List.of(
                            new Gauge(
                                    "examples",
                                    "palimpsest_evaluation_examples_per_second",
                                    "Examples scored a second over five minutes; those of a task count when it is done")));

    private static final List<Reading> ALL =
            List.of(JOBS, QUEUE, WORKERS, MEMORY, TRAINING, EVALUATION);
    private static final Duration LATELY = Duration.ofMinutes(5);

    private final JdbcClient database;
    private final Silence silence;
    private final Clock clock;
    private MetricSnapshots read = new MetricSnapshots();
    private Instant readAt = Instant.MIN;

    DatabaseGauges(
            JdbcClient database,
            Silence silence,
            Clock clock,
            Settings settings,
            PrometheusRegistry registry) {
        this.database = database;
        this.silence = silence;
        this.clock = clock;
        if (settings.role().answersRequests()) registry.register(this);
    }

    @Override
    public synchronized MetricSnapshots collect() {
        Instant now = clock.instant();
        if (readAt.isBefore(now.minus(FRESH))) {
            read = readAll(now);
            readAt = now;
        }
        return read;
    }

    private MetricSnapshots readAll(Instant now) {
        List<MetricSnapshot> all = new ArrayList<>();
        try {
            for (Reading reading : ALL) all.addAll(reading.of(rows(reading, now)));
        } catch (DataAccessException down) {
            LOG.debug("the gauges cannot be read", down);
            return new MetricSnapshots();
        }
        return new MetricSnapshots(all);
    }

    private List<Map<String, Object>> rows(Reading reading, Instant now) {
        return database.sql(reading.sql())
                .param("now", Timestamp.from(now))
                .param("heard", Timestamp.from(silence.heardSince(now)))
                .param("lately", Timestamp.from(now.minus(LATELY)))
                .query()
                .listOfRows();
    }
}
