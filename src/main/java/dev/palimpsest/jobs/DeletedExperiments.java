package dev.palimpsest.jobs;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Experiments that were deleted and are not purged yet, which only the service itself sees. */
@Component
class DeletedExperiments {
    private static final String MARK =
            "update experiments set deleted_at = :at where id = :id and deleted_at is null";

    private static final String UNMARK =
            "update experiments set deleted_at = null where id = :id and project = :project and"
                    + " deleted_at is not null";

    private static final String MARKED =
            "select exists (select from experiments where id = :id and deleted_at is not null)";

    private static final String MARKED_BEFORE =
            """
            select id from experiments
            where deleted_at <= :before and (cast(:project as text) is null or project = :project) order by id
            """;

    private final JdbcClient database;

    DeletedExperiments(JdbcClient database) {
        this.database = database;
    }

    /** With its jobs and what hangs on them; answers whether it was there. */
    boolean mark(String id, Instant now) {
        return database.sql(MARK).param("id", id).param("at", Timestamp.from(now)).update() == 1;
    }

    boolean unmark(String id, String project) {
        return database.sql(UNMARK).param("id", id).param("project", project).update() == 1;
    }

    boolean isMarked(String id) {
        return database.sql(MARKED).param("id", id).query(Boolean.class).single();
    }

    List<String> markedBefore(Instant time, @Nullable String project) {
        return database.sql(MARKED_BEFORE)
                .param("before", Timestamp.from(time))
                .param("project", project)
                .query(String.class)
                .list();
    }
}
