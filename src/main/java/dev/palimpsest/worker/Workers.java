package dev.palimpsest.worker;

import dev.palimpsest.jobs.Devices;
import dev.palimpsest.jobs.Pool;
import dev.palimpsest.jobs.Turn;
import dev.palimpsest.spec.Binder;
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
            insert into workers (id, device, device_class, labels, engine, memory_bytes, threads, current_job, started_at, last_heartbeat)
            values (:id, :device, :class, cast(:labels as jsonb), :engine, :memory, :threads, :job, :now, :now)
            on conflict (id) do update set device = excluded.device, device_class = excluded.device_class, labels = excluded.labels,
                engine = excluded.engine, memory_bytes = excluded.memory_bytes, threads = excluded.threads, current_job = excluded.current_job, last_heartbeat = excluded.last_heartbeat,
                used_bytes = case when excluded.current_job = workers.current_job then workers.used_bytes end,
                peak_bytes = case when excluded.current_job is null or excluded.current_job = workers.current_job then workers.peak_bytes end
            """;

    private static final String HOLDS =
            """
            update workers set used_bytes = :used, peak_bytes = :peak
            where id = (select worker from attempts where job = :job and number = :attempt) and current_job = :job
            """;

    /** What is run is told to those who see that job; that something is, to all. */
    private static final String ALL =
            "select w.*, (select id from jobs where id = w.current_job) as seen_job from workers w order by id";

    /** Devices that hold the same are one kind, however many there are. */
    private static final String KINDS =
            """
            select device_class, split_part(device, ':', 1) as kind, labels, max(memory_bytes) as memory_bytes
            from workers group by 1, 2, 3
            """;

    private static final TypeReference<TreeMap<String, String>> LABELS = new TypeReference<>() {};

    /** A worker; its status follows from the clock. */
    record Worker(
            String id,
            Device device,
            @Nullable String engine,
            boolean busy,
            @Nullable String currentJob,
            Instant startedAt,
            Instant lastHeartbeat) {
        WorkerStatus status(Instant now, Duration mostSilence) {
            if (lastHeartbeat.plus(mostSilence).isBefore(now)) return WorkerStatus.LOST;
            return busy ? WorkerStatus.BUSY : WorkerStatus.IDLE;
        }
    }

    private final JdbcClient database;
    private final @Nullable String engine;
    private final Clock clock;

    Workers(JdbcClient database, ObjectProvider<BuildProperties> build, Clock clock) {
        this.database = database;
        this.engine = Optional.ofNullable(build.getIfAvailable()).map(Engine::words).orElse(null);
        this.clock = clock;
    }

    void heard(String id, Device device, @Nullable String job) {
        database.sql(HEARD)
                .param("id", id)
                .param("device", device.kind())
                .param("class", device.deviceClass())
                .param("labels", Binder.JSON.writeValueAsString(device.labels()))
                .param("engine", engine)
                .param("memory", device.memoryBytes())
                .param("threads", device.threads())
                .param("job", job)
                .param("now", Timestamp.from(clock.instant()))
                .update();
    }

    /** What an attempt's trainer holds of its device's memory, and the most it held. */
    void holds(Turn turn, long used, long peak) {
        database.sql(HOLDS)
                .param("used", used)
                .param("peak", peak)
                .param("job", turn.job())
                .param("attempt", turn.attempt())
                .update();
    }

    void left(String id) {
        database.sql("delete from workers where id = :id").param("id", id).update();
    }

    @Override
    public Pool pool() {
        return new Pool(
                database.sql(KINDS)
                        .query(
                                (row, _) ->
                                        new Pool.Held(
                                                row.getString("device_class"),
                                                row.getString("kind"),
                                                row.getLong("memory_bytes"),
                                                labels(row)))
                        .list());
    }

    List<Worker> all() {
        return database.sql(ALL)
                .query(
                        (row, _) ->
                                new Worker(
                                        row.getString("id"),
                                        device(row),
                                        row.getString("engine"),
                                        row.getString("current_job") != null,
                                        row.getString("seen_job"),
                                        row.getTimestamp("started_at").toInstant(),
                                        row.getTimestamp("last_heartbeat").toInstant()))
                .list();
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
