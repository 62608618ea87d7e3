package dev.palimpsest.artifacts;

import dev.palimpsest.projects.CurrentProject;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** How much of each kind there is, in the project that asks. */
@Component
class Storage {
    private static final String BY_KIND =
            """
            select kind, count(distinct id) as things, count(file) as files, coalesce(sum((file ->> 'bytes')::bigint), 0) as bytes,
                coalesce(sum((file ->> 'bytes')::bigint) filter (where deleted_at is not null), 0) as deleted_bytes
            from artifacts left join lateral jsonb_array_elements(files) file on true
            where project = :project
            group by kind order by kind
            """;

    private final JdbcClient database;

    Storage(JdbcClient database) {
        this.database = database;
    }

    /**
     * Things of one kind.
     *
     * @param deletedBytes of those that can be restored, and come free when they are purged
     */
    record Part(String kind, long things, long files, long bytes, long deletedBytes) {}

    List<Part> parts() {
        String project = CurrentProject.own();
        try (CurrentProject.Stay _ = CurrentProject.leave()) { // which sees what was deleted
            return database.sql(BY_KIND).param("project", project).query(Part.class).list();
        }
    }
}
