package dev.palimpsest.catalog;

import dev.palimpsest.web.Ids;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Base models and datasets that were deleted and are not purged yet, which only the service itself
 * sees. Each bears another name meanwhile, so that its own is free.
 */
@Component
class DeletedNames {
    private static final String MARK =
            "update %s set name = :gone, deleted_name = name, deleted_at = :at, version = version + 1 where name = :name";

    private static final String LATEST =
            """
            select name from %s where deleted_name = :name and project = :project and deleted_at is not null
            order by deleted_at desc, name desc limit 1 for update
            """;

    private static final String UNMARK =
            "update %s set name = deleted_name, deleted_name = null, deleted_at = null, version = version + 1 where name = :gone";

    private static final String MARKED =
            "select name from %s where deleted_at <= :before and (cast(:project as text) is null or project = :project) order by name";

    private static final String FORGET =
            "delete from %s where name = :gone and deleted_at is not null";

    private final JdbcClient database;
    private final Ids ids;
    private final Clock clock;

    DeletedNames(JdbcClient database, Ids ids, Clock clock) {
        this.database = database;
        this.ids = ids;
        this.clock = clock;
    }

    /** What is deleted for a while, by its table. */
    enum Kind {
        MODEL("base_models"),
        DATASET("datasets");

        private final String table;

        Kind(String table) {
            this.table = table;
        }

        private String in(String sql) {
            return sql.formatted(table);
        }
    }

    /** Answers the name that it bears from now on. */
    String mark(Kind kind, String name) {
        String gone = name + "@" + ids.next("deleted");
        database.sql(kind.in(MARK))
                .param("name", name)
                .param("gone", gone)
                .param("at", Timestamp.from(clock.instant()))
                .update();
        return gone;
    }

    /** What the last one that was deleted under a name bears now. */
    Optional<String> latest(Kind kind, String name, String project) {
        return database.sql(kind.in(LATEST))
                .param("name", name)
                .param("project", project)
                .query(String.class)
                .optional();
    }

    /** Gives it its own name back. */
    void unmark(Kind kind, String gone) {
        database.sql(kind.in(UNMARK)).param("gone", gone).update();
    }

    List<String> markedBefore(Kind kind, Instant time, @Nullable String project) {
        return database.sql(kind.in(MARKED))
                .param("before", Timestamp.from(time))
                .param("project", project)
                .query(String.class)
                .list();
    }

    /** Answers whether it was there. */
    boolean forget(Kind kind, String gone) {
        return database.sql(kind.in(FORGET)).param("gone", gone).update() == 1;
    }
}
