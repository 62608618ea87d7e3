package dev.palimpsest.jobs;

import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.Sha256;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;

/**
 * All checkpoints that are filed; one whose row is missing does not exist, whatever the disk says.
 */
@Component
public class Checkpoints {
    private static final TypeReference<List<Checkpoint.File>> FILES = new TypeReference<>() {};

    /** A step that is computed again after a crash has the same weights in a new folder. */
    private static final String SAVE =
            """
            insert into checkpoints (id, job, attempt, step, epoch, tokens, kind, interim, whole, present, folder, files, content, created_at)
            values (:id, :job, :attempt, :step, :epoch, :tokens, :kind, :interim, :whole, :present, :folder, cast(:files as jsonb), :content, :at)
            on conflict (job, step) do update
            set attempt = excluded.attempt, epoch = excluded.epoch, tokens = excluded.tokens, kind = excluded.kind, interim = excluded.interim,
                whole = excluded.whole, present = excluded.present, folder = excluded.folder, files = excluded.files, content = excluded.content
            """;

    private static final String NEWEST_FIRST =
            "select * from checkpoints where job = :job order by step desc";

    private static final String PAGE =
            """
            select * from checkpoints where job = :job and (:after = '' or step > coalesce(
                (select step from checkpoints where job = :job and id = :after), -1))
            order by step limit :limit
            """;

    private static final String EVALUATED_STEPS =
            """
            select step from job_evaluations where job = :job and step > 0 union
            select step from metric_points where job = :job and key = 'validation/loss' and step > 0
            """;

    private final JdbcClient database;
    private final Clock clock;

    Checkpoints(JdbcClient database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    public void save(Checkpoint checkpoint) {
        database.sql(SAVE)
                .param("id", checkpoint.id())
                .param("job", checkpoint.job())
                .param("attempt", checkpoint.attempt())
                .param("step", checkpoint.step())
                .param("epoch", checkpoint.epoch())
                .param("tokens", checkpoint.tokens())
                .param("kind", checkpoint.kind())
                .param("interim", checkpoint.interim())
                .param("whole", checkpoint.whole())
                .param("present", checkpoint.present())
                .param("folder", checkpoint.folder())
                .param("files", Binder.JSON.writeValueAsString(checkpoint.files()))
                .param("content", checkpoint.content())
                .param("at", java.sql.Timestamp.from(clock.instant()))
                .update();
    }

    /** Not one of a deleted experiment, also for work that was asked for before. */
    public Optional<Checkpoint> find(String id) {
        return database.sql("select * from checkpoints where id = :id and deleted_at is null")
                .param("id", id)
                .query(Checkpoints::read)
                .optional();
    }

    public Optional<Checkpoint> atStep(String job, long step) {
        return database.sql("select * from checkpoints where job = :job and step = :step")
                .param("job", job)
                .param("step", step)
                .query(Checkpoints::read)
                .optional();
    }

    public List<Checkpoint> newestFirst(String job) {
        return database.sql(NEWEST_FIRST).param("job", job).query(Checkpoints::read).list();
    }

    /** Those of later steps, which are no longer filed. */
    public List<Checkpoint> forgetAfter(String job, long step) {
        return database.sql("delete from checkpoints where job = :job and step > :step returning *")
                .param("job", job)
                .param("step", step)
                .query(Checkpoints::read)
                .list();
    }

    List<Checkpoint> page(String job, String after, int limit) {
        return database.sql(PAGE)
                .param("job", job)
                .param("after", after)
                .param("limit", limit)
                .query(Checkpoints::read)
                .list();
    }

    /** The steps whose checkpoints were scored, on tasks or on the validation dataset. */
    public List<Long> evaluatedSteps(String job) {
        return database.sql(EVALUATED_STEPS).param("job", job).query(Long.class).list();
    }

    public void delete(Checkpoint checkpoint) {
        database.sql("delete from checkpoints where id = :id")
                .param("id", checkpoint.id())
                .update();
    }

    /** The weights stay, what is needed to go on from them does not. */
    public void forgetState(Checkpoint checkpoint) {
        database.sql("update checkpoints set files = cast(:files as jsonb) where id = :id")
                .param("files", Binder.JSON.writeValueAsString(checkpoint.weights()))
                .param("id", checkpoint.id())
                .update();
    }

    /** A sum over the sums of the weights' files. */
    public static String content(List<Checkpoint.File> files) {
        String sums =
                files.stream()
                        .filter(file -> !file.state())
                        .sorted(Comparator.comparing(Checkpoint.File::path))
                        .map(file -> file.path() + " " + file.sha256())
                        .collect(Collectors.joining("\n"));
        return Sha256.of(sums);
    }

    private static Checkpoint read(ResultSet row, int number) throws SQLException {
        return new Checkpoint(
                row.getString("id"),
                row.getString("job"),
                row.getInt("attempt"),
                row.getLong("step"),
                row.getDouble("epoch"),
                row.getLong("tokens"),
                row.getString("kind"),
                row.getBoolean("interim"),
                row.getBoolean("whole"),
                row.getBoolean("present"),
                row.getString("folder"),
                Binder.JSON.readValue(row.getString("files"), FILES),
                row.getString("content"));
    }
}
