package dev.palimpsest.events;

import dev.palimpsest.spec.Binder;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The events that the database keeps of what changes in it (db/migration, V27). */
@Component
public class JobEvents {
    private static final String AFTER =
            "select id, at, type, data from job_events where job = :job and id > :after order by id limit :limit";

    private final JdbcClient database;

    JobEvents(JdbcClient database) {
        this.database = database;
    }

    /** The oldest first. */
    public List<JobEvent> after(String job, long after, int limit) {
        return database.sql(AFTER)
                .param("job", job)
                .param("after", after)
                .param("limit", limit)
                .query(
                        (row, _) ->
                                new JobEvent(
                                        row.getString("id"),
                                        row.getTimestamp("at").toInstant(),
                                        row.getString("type"),
                                        Binder.JSON.readTree(row.getString("data"))))
                .list();
    }
}
