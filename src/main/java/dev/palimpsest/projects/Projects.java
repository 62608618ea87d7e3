package dev.palimpsest.projects;

import dev.palimpsest.web.Conflict;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The projects that there are. */
@Component
public class Projects {
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
            database.sql("insert into projects (id, created_at) values (?, ?)")
                    .param(id)
                    .param(Timestamp.from(clock.instant()))
                    .update();
        } catch (DuplicateKeyException taken) {
            throw new Conflict("there is a project '%s' already".formatted(id));
        }
        return named(id).orElseThrow();
    }

    Optional<Project> named(String id) {
        return all().stream().filter(project -> project.id().equals(id)).findFirst();
    }

    List<Project> all() {
        return database.sql("select * from projects order by id")
                .query(
                        (row, _) ->
                                new Project(
                                        row.getString("id"),
                                        row.getTimestamp("created_at").toInstant()))
                .list();
    }

    /** Whether there is one of that id. */
    public boolean has(String id) {
        return named(id).isPresent();
    }
}
