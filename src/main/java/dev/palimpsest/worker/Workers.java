package dev.palimpsest.worker;

import dev.palimpsest.jobs.Devices;
import dev.palimpsest.jobs.Turn;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The pool: every worker and when it was last heard of. */
@Component
class Workers implements Devices {
    private static final String HEARD =
            """
            insert into workers (id, device, memory_bytes, threads, current_job, started_at, last_heartbeat)
            values (:id, :device, :memory, :threads, :job, :now, :now)
            on conflict (id) do update set device = excluded.device, memory_bytes = excluded.memory_bytes,
                threads = excluded.threads, current_job = excluded.current_job, last_heartbeat = excluded.last_heartbeat,
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

    /** A worker; its status follows from the clock. */
    record Worker(
            String id,
            String device,
            long memoryBytes,
            int threads,
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
    private final Clock clock;

    Workers(JdbcClient database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    void heard(String id, Device device, @Nullable String job) {
        database.sql(HEARD)
                .param("id", id)
                .param("device", device.kind())
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

    /** A worker that is away may come back, so its device counts. */
    @Override
    public Optional<Room> room() {
        List<Worker> workers = all();
        Predicate<Worker> onCpu =
                worker -> worker.device().equals(dev.palimpsest.torch.Device.CPU.name());
        Room room = new Room(largest(workers, onCpu), largest(workers, onCpu.negate()));
        return room.largest() == 0 ? Optional.empty() : Optional.of(room);
    }

    private static long largest(List<Worker> workers, Predicate<Worker> kind) {
        return workers.stream().filter(kind).mapToLong(Worker::memoryBytes).max().orElse(0);
    }

    List<Worker> all() {
        return database.sql(ALL)
                .query(
                        (row, _) ->
                                new Worker(
                                        row.getString("id"),
                                        row.getString("device"),
                                        row.getLong("memory_bytes"),
                                        row.getInt("threads"),
                                        row.getString("current_job") != null,
                                        row.getString("seen_job"),
                                        row.getTimestamp("started_at").toInstant(),
                                        row.getTimestamp("last_heartbeat").toInstant()))
                .list();
    }
}
