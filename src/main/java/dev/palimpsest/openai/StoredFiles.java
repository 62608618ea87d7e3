package dev.palimpsest.openai;

import dev.palimpsest.web.NotFound;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** All files that were sent; one that has expired is no more. */
@Component
class StoredFiles {
    private static final String ADD =
            """
            insert into openai_files (id, filename, bytes, sha256, dataset, error, created_at, expires_at)
            values (:id, :filename, :bytes, :sha256, :dataset, :error, :created, :expires)
            """;

    private static final String FIND =
            "select * from openai_files where id = :id and (expires_at is null or expires_at > :now)";

    private static final String SENT_SINCE =
            """
            select * from openai_files where sha256 = :sha256 and filename = :filename and created_at >= :since
            order by id desc limit 1
            """;

    private static final String HIDDEN_BEFORE =
            """
            select id from openai_files
            where deleted_at <= :before and (cast(:project as text) is null or project = :project) order by id
            """;

    private final JdbcClient database;
    private final Clock clock;

    StoredFiles(JdbcClient database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    void add(StoredFile file) {
        database.sql(ADD)
                .param("id", file.id())
                .param("filename", file.filename())
                .param("bytes", file.bytes())
                .param("sha256", file.sha256())
                .param("dataset", file.error() == null ? file.id() : null)
                .param("error", file.error())
                .param("created", Timestamp.from(file.createdAt()))
                .param("expires", stamp(file.expiresAt()))
                .update();
    }

    Optional<StoredFile> find(String id) {
        return database.sql(FIND)
                .param("id", id)
                .param("now", now())
                .query(StoredFiles::read)
                .optional();
    }

    StoredFile named(String id) {
        return find(id).orElseThrow(() -> missing(id));
    }

    /** An equal file of the same name. */
    Optional<StoredFile> sentSince(Instant since, String sha256, String filename) {
        return database.sql(SENT_SINCE)
                .param("sha256", sha256)
                .param("filename", filename)
                .param("since", Timestamp.from(since))
                .query(StoredFiles::read)
                .optional();
    }

    List<StoredFile> all(List<String> ids) {
        return database.sql("select * from openai_files where id = any(:ids)")
                .param("ids", ids.toArray(new String[0]))
                .query(StoredFiles::read)
                .list();
    }

    /** Those whose time is over. */
    List<String> expired() {
        return database.sql(
                        "select id from openai_files where expires_at <= :now and deleted_at is null")
                .param("now", now())
                .query(String.class)
                .list();
    }

    /** Answers whether it was there. */
    boolean hide(String id) {
        return database.sql(
                                "update openai_files set deleted_at = :now where id = :id and deleted_at is null")
                        .param("id", id)
                        .param("now", now())
                        .update()
                > 0;
    }

    /** Answers whether it was hidden. */
    boolean show(String id, String project) {
        return database.sql(
                                "update openai_files set deleted_at = null where id = :id and project = :project and deleted_at is not null")
                        .param("id", id)
                        .param("project", project)
                        .update()
                > 0;
    }

    List<String> hiddenBefore(Instant time, @Nullable String project) {
        return database.sql(HIDDEN_BEFORE)
                .param("before", Timestamp.from(time))
                .param("project", project)
                .query(String.class)
                .list();
    }

    /** Answers whether it was there. */
    boolean forget(String id) {
        return database.sql("delete from openai_files where id = :id and deleted_at is not null")
                        .param("id", id)
                        .update()
                > 0;
    }

    /** Whether it was found good. */
    boolean hasDataset(String id) {
        return database.sql("select dataset is not null from openai_files where id = :id")
                .param("id", id)
                .query(Boolean.class)
                .single();
    }

    /** Whether it stands for a dataset, also if its time is over. */
    boolean isDataset(String id) {
        return database.sql(
                        "select count(*) > 0 from openai_files where dataset = :id and deleted_at is null")
                .param("id", id)
                .query(Boolean.class)
                .single();
    }

    static NotFound missing(String id) {
        return new NotFound("there is no file '%s'; GET /v1/files lists them".formatted(id));
    }

    private Timestamp now() {
        return Timestamp.from(clock.instant());
    }

    private static @Nullable Timestamp stamp(@Nullable Instant at) {
        return at == null ? null : Timestamp.from(at);
    }

    private static StoredFile read(ResultSet row, int number) throws SQLException {
        Timestamp expires = row.getTimestamp("expires_at");
        return new StoredFile(
                row.getString("id"),
                row.getString("filename"),
                row.getLong("bytes"),
                row.getString("sha256"),
                row.getString("error"),
                row.getTimestamp("created_at").toInstant(),
                expires == null ? null : expires.toInstant());
    }
}
