package dev.palimpsest.projects;

import dev.palimpsest.web.Conflict;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.List;
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

    /** Whether there is one of that id. */
    public boolean has(String id) {
        return database.sql("select exists (select from projects where id = ?)")
                .param(id)
                .query(Boolean.class)
                .single();
    }

    private static Project project(ResultSet row) throws SQLException {
        return new Project(row.getString("id"), row.getTimestamp("created_at").toInstant());
    }
}
