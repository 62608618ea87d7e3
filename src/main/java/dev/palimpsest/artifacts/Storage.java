package dev.palimpsest.artifacts;

import dev.palimpsest.projects.CurrentProject;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
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

    private static final String DELETED =
            """
            select kind, id, name, bytes, deleted_at from deleted_things where project = :project
            order by deleted_at desc, kind, id
            """;

    /** What comes with the service is nobody's. */
    private static final String BY_PROJECT =
            """
            select projects.id as project, count(part.id) as things, coalesce(sum(part.bytes), 0)::bigint as bytes,
                coalesce(sum(part.bytes) filter (where part.deleted_at is not null), 0)::bigint as deleted_bytes,
                projects.most_storage_bytes as quota_bytes
            from projects
            left join lateral (select id, deleted_at, bytes_of(files) as bytes from artifacts where project = projects.id) part on true
            group by projects.id order by projects.id
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

    /** What one project's files take. */
    record ProjectPart(
            String project,
            long things,
            long bytes,
            long deletedBytes,
            @Nullable Long quotaBytes) {}

    /** What can be restored until it is purged. */
    record DeletedThing(String kind, String id, String name, long bytes, Instant deletedAt) {}

    /** Of all projects, whichever asks. */
    List<ProjectPart> byProject() {
        try (CurrentProject.Stay _ = CurrentProject.leave()) {
            return database.sql(BY_PROJECT).query(ProjectPart.class).list();
        }
    }

    /** In the project that asks, the last first. */
    List<DeletedThing> deleted() {
        String project = CurrentProject.own();
        try (CurrentProject.Stay _ = CurrentProject.leave()) {
            return database.sql(DELETED)
                    .param("project", project)
                    .query(
                            (row, _) ->
                                    new DeletedThing(
                                            row.getString("kind"),
                                            row.getString("id"),
                                            row.getString("name"),
                                            row.getLong("bytes"),
                                            row.getTimestamp("deleted_at").toInstant()))
                    .list();
        }
    }

    List<Part> parts() {
        String project = CurrentProject.own();
        try (CurrentProject.Stay _ = CurrentProject.leave()) { // which sees what was deleted
            return database.sql(BY_KIND).param("project", project).query(Part.class).list();
        }
    }
}
