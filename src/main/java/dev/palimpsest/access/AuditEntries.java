package dev.palimpsest.access;

import dev.palimpsest.web.Ids;
import dev.palimpsest.web.Page;
import dev.palimpsest.web.Paging;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The trail of who did what. */
@Component
class AuditEntries {
    private static final String ADD =
            """
            insert into audit_entries (id, at, caller, name, method, path, status, made, request, address)
            values (:id, :at, :caller, :name, :method, :path, :status, :made, :request, :address)
            """;

    private static final String PAGE =
            """
            select * from audit_entries
            where (:after::text is null or id < :after) and (:caller::text is null or caller = :caller)
            order by id desc limit :limit
            """;

    private final JdbcClient database;
    private final Clock clock;
    private final Ids ids;

    AuditEntries(JdbcClient database, Clock clock, Ids ids) {
        this.database = database;
        this.clock = clock;
        this.ids = ids;
    }

    /** What was asked and how it ended. */
    record Deed(
            String method,
            String path,
            int status,
            @Nullable String made,
            @Nullable String request,
            String address) {}

    void add(@Nullable Caller caller, Deed deed) {
        database.sql(ADD)
                .param("id", ids.next("audit"))
                .param("at", Timestamp.from(clock.instant()))
                .param("caller", caller == null ? Caller.NOBODY : caller.id())
                .param("name", caller == null ? Caller.NOBODY : caller.name())
                .param("method", deed.method())
                .param("path", deed.path())
                .param("status", deed.status())
                .param("made", deed.made())
                .param("request", deed.request())
                .param("address", deed.address())
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
