package dev.palimpsest.webhooks;

import dev.palimpsest.web.NotFound;
import dev.palimpsest.web.Page;
import dev.palimpsest.web.Paging;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** All webhooks, and the secrets that sign what is sent to them. */
@Component
class Webhooks {
    private static final String ADD =
            """
            insert into webhooks (id, url, description, events, enabled, secret, version, created_at, updated_at)
            values (:id, :url, :description, :events, true, :secret, 0, :at, :at)
            """;

    private static final String PAGE =
            "select * from webhooks where :after::text is null or id < :after order by id desc limit :limit";

    /** Its rows of deliveries may refer to it meanwhile: no job's end waits for an edit. */
    private static final String LOCK = "select * from webhooks where id = :id for no key update";

    private static final String SAVE =
            """
            update webhooks set url = :url, description = :description, events = :events, enabled = :reason::text is null,
                disabled_reason = :reason, failing_since = :failing, version = version + 1, updated_at = :at
            where id = :id returning *
            """;

    private static final String SWITCH_OFF =
            """
            update webhooks set enabled = false, disabled_reason = :reason, version = version + 1, updated_at = :at
            where id = :id
            """;

    private static final String FAILED =
            "update webhooks set failing_since = coalesce(failing_since, :at) where id = :id";

    private static final String SUCCEEDED =
            "update webhooks set failing_since = null where id = :id and failing_since is not null";

    private static final String ROTATE =
            """
            update webhooks set old_secret = secret, old_secret_until = :until, secret = :secret, version = version + 1,
                updated_at = :at
            where id = :id
            """;

    private static final String SECRETS =
            "select secret, case when old_secret_until > :now then old_secret end as old from webhooks where id = :id";

    private final JdbcClient database;

    Webhooks(JdbcClient database) {
        this.database = database;
    }

    void add(Webhook webhook, SigningSecret secret) {
        database.sql(ADD)
                .param("id", webhook.id())
                .param("url", webhook.url())
                .param("description", webhook.description())
                .param("events", webhook.events().toArray(new String[0]))
                .param("secret", secret.bytes())
                .param("at", Timestamp.from(webhook.createdAt()))
                .update();
    }

    Page<Webhook> page(Paging paging) {
        List<Webhook> rows =
                database.sql(PAGE)
                        .param("after", paging.after())
                        .param("limit", paging.limit() + 1)
                        .query((row, _) -> webhook(row))
                        .list();
        return Page.of(rows, paging.limit(), Webhook::id);
    }

    Webhook named(String id) {
        return database.sql("select * from webhooks where id = :id")
                .param("id", id)
                .query((row, _) -> webhook(row))
                .optional()
                .orElseThrow(() -> missing(id));
    }

    /** With its row locked until the transaction ends: every move begins here. */
    Optional<Webhook> lock(String id) {
        return database.sql(LOCK).param("id", id).query((row, _) -> webhook(row)).optional();
    }

    Webhook save(Webhook webhook) {
        return database.sql(SAVE)
                .param("id", webhook.id())
                .param("url", webhook.url())
                .param("description", webhook.description())
                .param("events", webhook.events().toArray(new String[0]))
                .param("reason", webhook.disabledReason())
                .param("failing", timestamp(webhook.failingSince()))
                .param("at", Timestamp.from(webhook.updatedAt()))
                .query((row, _) -> webhook(row))
                .single();
    }

    void delete(String id) {
        database.sql("delete from webhooks where id = :id").param("id", id).update();
    }

    void switchOff(String id, String reason, Instant now) {
        database.sql(SWITCH_OFF)
                .param("id", id)
                .param("reason", reason)
                .param("at", Timestamp.from(now))
                .update();
    }

    void attemptFailed(String id, Instant at) {
        database.sql(FAILED).param("id", id).param("at", Timestamp.from(at)).update();
    }

    void attemptSucceeded(String id) {
        database.sql(SUCCEEDED).param("id", id).update();
    }

    /** What signed before signs beside the new one until then. */
    void rotate(String id, SigningSecret secret, Instant until, Instant now) {
        database.sql(ROTATE)
                .param("id", id)
                .param("secret", secret.bytes())
                .param("until", Timestamp.from(until))
                .param("at", Timestamp.from(now))
                .update();
    }

    /** The newest first; none if the webhook was deleted. */
    List<SigningSecret> secrets(String id, Instant now) {
        List<SigningSecret> secrets = new ArrayList<>();
        database.sql(SECRETS)
                .param("id", id)
                .param("now", Timestamp.from(now))
                .query(
                        row -> {
                            secrets.add(new SigningSecret(row.getBytes("secret")));
                            byte[] old = row.getBytes("old");
                            if (old != null) secrets.add(new SigningSecret(old));
                        });
        return secrets;
    }

    static NotFound missing(String id) {
        return new NotFound("there is no webhook " + id + "; GET /api/v1/webhooks lists them");
    }

    static Webhook webhook(ResultSet row) throws SQLException {
        Array events = row.getArray("events");
        return new Webhook(
                row.getString("id"),
                row.getString("url"),
                row.getString("description"),
                List.of((String[]) events.getArray()),
                row.getString("disabled_reason"),
                instant(row.getTimestamp("failing_since")),
                row.getLong("version"),
                row.getTimestamp("created_at").toInstant(),
                row.getTimestamp("updated_at").toInstant());
    }

    static @Nullable Instant instant(@Nullable Timestamp timestamp) {
        return timestamp == null ? null : timestamp.toInstant();
    }

    private static @Nullable Timestamp timestamp(@Nullable Instant instant) {
        return instant == null ? null : Timestamp.from(instant);
    }
}
