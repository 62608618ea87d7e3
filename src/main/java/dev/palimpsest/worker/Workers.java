package dev.palimpsest.worker;

import dev.palimpsest.artifacts.Artifacts;
import dev.palimpsest.home.Home;
import dev.palimpsest.jobs.Devices;
import dev.palimpsest.jobs.Pool;
import dev.palimpsest.jobs.Turn;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.web.NotFound;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;

/** The pool: every worker and when it was last heard of. */
@Component
class Workers implements Devices {
    private static final String HEARD =
            """
            insert into workers (id, device, device_class, labels, engine, memory_bytes, threads, slots, disk_full, current_job, current_jobs, used_bytes, peak_bytes, models, datasets, started_at, last_heartbeat)
            values (:id, :device, :class, cast(:labels as jsonb), :engine, :memory, :threads, :slots, :full, :job, :jobs, :used, :peak, cast(:models as text[]), cast(:datasets as text[]), :now, :now)
            on conflict (id) do update set device = excluded.device, device_class = excluded.device_class, labels = excluded.labels,
                engine = excluded.engine, memory_bytes = excluded.memory_bytes, threads = excluded.threads, slots = excluded.slots, disk_full = excluded.disk_full, current_job = excluded.current_job, current_jobs = excluded.current_jobs, models = excluded.models, datasets = excluded.datasets, last_heartbeat = excluded.last_heartbeat,
                used_bytes = excluded.used_bytes,
                peak_bytes = case when excluded.current_job is null then workers.peak_bytes else excluded.peak_bytes end
            returning drained_at is not null
            """;

    /** What a drained worker runs saves and waits for another. */
    private static final String HAND_OVER =
            """
            update jobs set yields = format('worker %s is drained', cast(:id as text))
            where status = 'running' and yields is null and id in (
                select split_part(task_instance, '.', 1) from scheduled_tasks
                where picked and picked_by = :id and task_name = 'job')
            """;

    private static final String HOLDS =
            """
            update workers set used_bytes = :used, peak_bytes = :peak
            where id = (select worker from attempts where job = :job and number = :attempt)
            """;

    /** What is run is told to those who see that job; that something is, to all. */
    private static final String EVERY =
            "select w.*, array(select id from jobs where id = any(coalesce(w.current_jobs, array[w.current_job])) order by id) as seen_jobs from workers w";

    /** Devices that hold the same are one kind, however many there are. */
    private static final String KINDS =
            """
            select device_class, split_part(device, ':', 1) as kind, labels, max(memory_bytes) as memory_bytes, bool_and(disk_full) as disk_full
            from workers group by 1, 2, 3
            """;

    private static final TypeReference<TreeMap<String, String>> LABELS = new TypeReference<>() {};

    /** What a trainer holds of its device's memory, and the most it held. */
    private record Memory(long used, long peak) {}

    /** A worker; its status follows from the clock. */
    record Worker(
            String id,
            Device device,
            @Nullable String engine,
            boolean cordoned,
            boolean drained,
            boolean diskFull,
            boolean busy,
            int slots,
            List<String> currentJobs,
            Instant startedAt,
            Instant lastHeartbeat) {
        WorkerStatus status(Instant now, Duration mostSilence) {
            if (lastHeartbeat.plus(mostSilence).isBefore(now)) return WorkerStatus.LOST;
            return busy ? WorkerStatus.BUSY : WorkerStatus.IDLE;
        }
    }

    private final JdbcClient database;
    private final @Nullable String engine;
    private final Home home;
    private final Artifacts artifacts;
    private final Clock clock;
    private final Map<String, Memory> trainers = new ConcurrentHashMap<>();

    Workers(
            JdbcClient database,
            ObjectProvider<BuildProperties> build,
            Home home,
            Artifacts artifacts,
            Clock clock) {
        this.database = database;
        this.home = home;
        this.artifacts = artifacts;
        this.engine = Optional.ofNullable(build.getIfAvailable()).map(Engine::words).orElse(null);
        this.clock = clock;
    }

    /**
     * @param jobs that it runs, the one that began first before the others
     */
    void heard(String id, Device device, int slots, boolean full, List<String> jobs) {
        trainers.keySet().retainAll(jobs);
        boolean drained =
                database.sql(HEARD)
                        .param("id", id)
                        .param("device", device.kind())
                        .param("class", device.deviceClass())
                        .param("labels", Binder.JSON.writeValueAsString(device.labels()))
                        .param("engine", engine)
                        .param("memory", device.memoryBytes())
                        .param("threads", device.threads())
                        .param("slots", slots)
                        .param("full", full)
                        .param("job", jobs.isEmpty() ? null : jobs.getFirst())
                        .param("jobs", jobs.toArray(String[]::new))
                        .param("used", sum(Memory::used))
                        .param("peak", sum(Memory::peak))
                        .param("models", copies(home.models()))
                        .param("datasets", copies(home.datasets()))
                        .param("now", Timestamp.from(clock.instant()))
                        .query(Boolean.class)
                        .single();
        if (drained) handOver(id); // it may have been given a job while it was told to
    }

    private String @Nullable [] copies(Path room) {
        return artifacts.copies(room).map(names -> names.toArray(String[]::new)).orElse(null);
    }

    /** It takes nothing until it is told to again. */
    void cordon(String id) {
        set("cordoned_at = coalesce(cordoned_at, :now)", id);
    }

    void uncordon(String id) {
        set("cordoned_at = null, drained_at = null", id);
    }

    /** The same, and what it runs goes on elsewhere. */
    void drain(String id) {
        set(
                "cordoned_at = coalesce(cordoned_at, :now), drained_at = coalesce(drained_at, :now)",
                id);
        handOver(id);
    }

    private void set(String columns, String id) {
        int found =
                database.sql("update workers set %s where id = :id".formatted(columns))
                        .param("now", Timestamp.from(clock.instant()))
                        .param("id", id)
                        .update();
        if (found == 0) throw missing(id);
    }

    private void handOver(String id) {
        database.sql(HAND_OVER).param("id", id).update();
    }

    /** What an attempt's trainer holds of its device's memory, and the most it held. */
    void holds(Turn turn, long used, long peak) {
        trainers.put(turn.job(), new Memory(used, peak));
        database.sql(HOLDS)
                .param("used", sum(Memory::used))
                .param("peak", sum(Memory::peak))
                .param("job", turn.job())
                .param("attempt", turn.attempt())
                .update();
    }

    private @Nullable Long sum(ToLongFunction<Memory> part) {
        List<Memory> all = List.copyOf(trainers.values());
        return all.isEmpty() ? null : Long.valueOf(all.stream().mapToLong(part).sum());
    }

    /** One that is to take nothing is remembered, as it may come back. */
    void left(String id) {
        database.sql("delete from workers where id = :id and cordoned_at is null")
                .param("id", id)
                .update();
    }

    /** Whether it is the first of those that were heard of since. */
    boolean isFirst(String id, Instant since) {
        return database.sql(
                        "select coalesce(min(id) = :id, false) from workers where last_heartbeat >= :since")
                .param("id", id)
                .param("since", Timestamp.from(since))
                .query(Boolean.class)
                .single();
    }

    @Override
    public Pool pool() {
        return new Pool(database.sql(KINDS).query((row, _) -> held(row)).list());
    }

    @Override
    public Optional<Pool.Held> of(String worker) {
        return database.sql(
                        "select *, split_part(device, ':', 1) as kind from workers where id = ?")
                .param(worker)
                .query((row, _) -> held(row))
                .optional();
    }

    private static Pool.Held held(ResultSet row) throws SQLException {
        return new Pool.Held(
                row.getString("device_class"),
                row.getString("kind"),
                row.getLong("memory_bytes"),
                labels(row),
                row.getBoolean("disk_full"));
    }

    List<Worker> all() {
        return database.sql(EVERY + " order by id").query((row, _) -> worker(row)).list();
    }

    Worker named(String id) {
        return database.sql(EVERY + " where w.id = :id")
                .param("id", id)
                .query((row, _) -> worker(row))
                .optional()
                .orElseThrow(() -> missing(id));
    }

    private static NotFound missing(String id) {
        return new NotFound(
                "there is no worker '%s'; GET /api/v1/workers lists those there are".formatted(id));
    }

    private static Worker worker(ResultSet row) throws SQLException {
        return new Worker(
                row.getString("id"),
                device(row),
                row.getString("engine"),
                row.getTimestamp("cordoned_at") != null,
                row.getTimestamp("drained_at") != null,
                row.getBoolean("disk_full"),
                row.getString("current_job") != null,
                row.getInt("slots"),
                List.of((String[]) row.getArray("seen_jobs").getArray()),
                row.getTimestamp("started_at").toInstant(),
                row.getTimestamp("last_heartbeat").toInstant());
    }

    private static Device device(ResultSet row) throws SQLException {
        return new Device(
                row.getString("device"),
                row.getString("device_class"),
                labels(row),
                row.getLong("memory_bytes"),
                row.getInt("threads"));
    }

    private static Map<String, String> labels(ResultSet row) throws SQLException {
        return Binder.JSON.readValue(row.getString("labels"), LABELS);
    }
}
