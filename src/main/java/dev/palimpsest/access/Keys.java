package dev.palimpsest.access;

import dev.palimpsest.projects.CurrentProject;
import dev.palimpsest.web.Ids;
import dev.palimpsest.web.NotFound;
import dev.palimpsest.web.Page;
import dev.palimpsest.web.Paging;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The keys that were made, and who holds a secret. */
@Component
class Keys {
    private static final String SAVE =
            """
            insert into api_keys (id, name, scope, hash, created_at, made_by, expires_at)
            values (:id, :name, :scope, :hash, :at, :by, :expires) returning *
            """;

    private static final String PAGE =
            "select * from api_keys where :after::text is null or id < :after order by id desc limit :limit";

    private static final String REVOKE =
            "update api_keys set revoked_at = coalesce(revoked_at, :at) where id = :id returning *";

    /** There is a row for each id, as one more to read would tell which there are. */
    private static final String FIND =
            """
            select :id as id, coalesce(k.name, 'nobody') as name, coalesce(k.scope, 'read') as scope,
                coalesce(k.hash, :nobodys) as hash, coalesce(k.project, 'default') as project,
                coalesce(k.created_at, now()) as created_at, coalesce(k.made_by, 'nobody') as made_by, k.expires_at,
                case when k.id is null then now() else k.revoked_at end as revoked_at
            from (select) as asked left join api_keys k on k.id = :id
            """;

    /** What is said of any text that is no key, whatever is wrong with it. */
    static final String UNKNOWN = "this key is not known, has expired or was revoked";

    private static final byte[] NOBODYS = new byte[32];

    private final JdbcClient database;
    private final Clock clock;
    private final Ids ids;
    private final byte[] adminHash;
    private final RandomGenerator random = new SecureRandom();

    Keys(JdbcClient database, Clock clock, Ids ids, AccessSettings access) {
        this.database = database;
        this.clock = clock;
        this.ids = ids;
        this.adminHash = access.adminKey().isEmpty() ? NOBODYS : Secret.sha256(access.adminKey());
    }

    /** A key that was just made, and its secret, which nobody will see again. */
    record Made(Key key, Secret secret) {}

    Made make(KeyRequest asked, Caller by) {
        Secret secret = Secret.of(ids.next("key"), random);
        Key key =
                database.sql(SAVE)
                        .param("id", secret.key())
                        .param("name", asked.name())
                        .param("scope", asked.scope().name().toLowerCase(Locale.ROOT))
                        .param("hash", secret.hash())
                        .param("at", Timestamp.from(clock.instant()))
                        .param("by", by.id())
                        .param("expires", timestamp(asked.expiresAt()))
                        .query((row, _) -> key(row))
                        .single();
        return new Made(key, secret);
    }

    /**
     * Who holds this text. As much is done for a wrong one as for a right one, so that how long it
     * takes tells nothing.
     */
    Optional<Caller> holder(String text) {
        boolean administrator = MessageDigest.isEqual(adminHash, Secret.sha256(text));
        Optional<Secret> secret = Secret.read(text);
        Optional<Stored> stored = secret.map(read -> stored(read.key()));
        byte[] told = secret.map(Secret::hash).orElseGet(() -> Secret.sha256(text));
        boolean same = MessageDigest.isEqual(stored.map(Stored::hash).orElse(NOBODYS), told);
        if (administrator) return Optional.of(Caller.ADMINISTRATOR);
        return stored.map(Stored::key)
                .filter(key -> same && key.worksAt(clock.instant()))
                .map(key -> new Caller(key.id(), key.name(), key.scope(), key.project()));
    }

    Page<Key> page(Paging paging) {
        return Page.of(
                database.sql(PAGE)
                        .param("after", paging.after())
                        .param("limit", paging.limit() + 1)
                        .query((row, _) -> key(row))
                        .list(),
                paging.limit(),
                Key::id);
    }

    /** Ends a key for good; one that is ended stays as it is. */
    Key revoke(String id) {
        return database.sql(REVOKE)
                .param("id", id)
                .param("at", Timestamp.from(clock.instant()))
                .query((row, _) -> key(row))
                .optional()
                .orElseThrow(
                        () ->
                                new NotFound(
                                        "there is no key " + id + "; GET /api/v1/keys lists them"));
    }

    @SuppressWarnings("ArrayRecordComponent") // looked at, never compared
    private record Stored(Key key, byte[] hash) {}

    /** Of any project, or nobody's: whose it is tells which one its holder sees. */
    private Stored stored(String id) {
        try (CurrentProject.Stay _ = CurrentProject.leave()) {
            return database.sql(FIND)
                    .param("id", id)
                    .param("nobodys", NOBODYS)
                    .query((row, _) -> new Stored(key(row), row.getBytes("hash")))
                    .single();
        }
    }

    private static Key key(ResultSet row) throws SQLException {
        return new Key(
                row.getString("id"),
                row.getString("name"),
                Scope.valueOf(row.getString("scope").toUpperCase(Locale.ROOT)),
                row.getString("project"),
                row.getTimestamp("created_at").toInstant(),
                row.getString("made_by"),
                instant(row.getTimestamp("expires_at")),
                instant(row.getTimestamp("revoked_at")));
    }

    private static @Nullable Instant instant(@Nullable Timestamp timestamp) {
        return timestamp == null ? null : timestamp.toInstant();
    }

    private static @Nullable Timestamp timestamp(@Nullable Instant instant) {
        return instant == null ? null : Timestamp.from(instant);
    }
}
