package dev.palimpsest.access;

import dev.palimpsest.web.Page;
import dev.palimpsest.web.Paging;
import java.sql.Timestamp;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The trail of who did what. */
@Component
class AuditEntries {
    private static final String ADD =
            """
            insert into audit_entries (id, at, caller, name, method, path, status, made, request, address, project)
            values (:id, :at, :caller, :name, :method, :path, :status, :made, :request, :address, :project)
            """;

    private static final String PAGE =
            """
            select * from audit_entries
            where (:after::text is null or id < :after) and (:caller::text is null or caller = :caller)
            order by id desc limit :limit
            """;

    private final JdbcClient database;

    AuditEntries(JdbcClient database) {
        this.database = database;
    }

    /** Of the project in which it was asked for. */
    void add(AuditEntry entry, String project) {
        database.sql(ADD)
                .param("id", entry.id())
                .param("at", Timestamp.from(entry.at()))
                .param("caller", entry.caller())
                .param("name", entry.name())
                .param("method", entry.method())
                .param("path", entry.path())
                .param("status", entry.status())
                .param("made", entry.made())
                .param("request", entry.request())
                .param("address", entry.address())
                .param("project", project)
                .update();
    }

    Page<AuditEntry> page(@Nullable String caller, Paging paging) {
        List<AuditEntry> rows =
                database.sql(PAGE)
                        .param("after", paging.after())
                        .param("caller", caller)
                        .param("limit", paging.limit() + 1)
                        .query(
                                (row, _) ->
                                        new AuditEntry(
                                                row.getString("id"),
                                                row.getTimestamp("at").toInstant(),
                                                row.getString("caller"),
                                                row.getString("name"),
                                                row.getString("method"),
                                                row.getString("path"),
                                                row.getInt("status"),
                                                row.getString("made"),
                                                row.getString("request"),
                                                row.getString("address")))
                        .list();
        return Page.of(rows, paging.limit(), AuditEntry::id);
    }
}
