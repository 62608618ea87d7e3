package dev.palimpsest.projects;

import dev.palimpsest.web.Conflict;
import dev.palimpsest.web.EditTag;
import dev.palimpsest.web.NotFound;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The projects that there are. */
@Component
public class Projects {
    private static final String EDIT =
            """
            update projects set weight = :weight, most_running_jobs = :running, most_device_seconds = :seconds,
                most_storage_bytes = :bytes, version = :version
            where id = :id
            """;

    private final JdbcClient database;
    private final Clock clock;

    Projects(JdbcClient database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * Makes one.
     *
     * @throws Conflict if there is one of that id
     */
    Project make(String id) {
        try {
            return database.sql("insert into projects (id, created_at) values (?, ?) returning *")
                    .param(id)
                    .param(Timestamp.from(clock.instant()))
                    .query((row, _) -> project(row))
                    .single();
        } catch (DuplicateKeyException taken) {
            throw new Conflict("there is a project '%s' already".formatted(id));
        }
    }

    List<Project> all() {
        return database.sql("select * from projects order by id")
                .query((row, _) -> project(row))
                .list();
    }

    Optional<Project> find(String id) {
        return database.sql("select * from projects where id = ?")
                .param(id)
                .query((row, _) -> project(row))
                .optional();
    }

    Project named(String id) {
        return find(id).orElseThrow(() -> missing(id));
    }

    @Transactional
    public void edit(String id, ProjectEdit edit, @Nullable String ifMatch) {
        Project before =
                database.sql("select * from projects where id = ? for no key update")
                        .param(id)
                        .query((row, _) -> project(row))
                        .optional()
                        .orElseThrow(() -> missing(id));
        new EditTag(before.version()).require(ifMatch, "project " + id);
        Project after = edit.of(before);
        database.sql(EDIT)
                .param("weight", after.weight())
                .param("running", after.quotas().runningJobs())
                .param("seconds", after.quotas().deviceSeconds())
                .param("bytes", after.quotas().storageBytes())
                .param("version", after.version())
                .param("id", id)
                .update();
    }

    /** Whether there is one of that id. */
    public boolean has(String id) {
        return database.sql("select exists (select from projects where id = ?)")
                .param(id)
                .query(Boolean.class)
                .single();
    }

    private static NotFound missing(String id) {
        return new NotFound(
                "there is no project '%s'; GET /api/v1/projects lists those there are"
                        .formatted(id));
    }

    private static Project project(ResultSet row) throws SQLException {
        return new Project(
                row.getString("id"),
                row.getDouble("weight"),
                new Quotas(
                        row.getObject("most_running_jobs", Integer.class),
                        row.getObject("most_device_seconds", Long.class),
                        row.getObject("most_storage_bytes", Long.class)),
                row.getLong("version"),
                row.getTimestamp("created_at").toInstant());
    }
}
