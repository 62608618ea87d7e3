package dev.palimpsest.idempotency;

import dev.palimpsest.spec.Binder;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;

/** What was answered to which key of which caller, for a week. */
@Component
class Answers {
    private static final Duration KEPT = Duration.ofDays(7);
    private static final TypeReference<Map<String, String>> HEADERS = new TypeReference<>() {};

    /** Waits for another transaction that has the same key, until that is over. */
    private static final String CLAIM =
            """
            insert into idempotent_answers (caller, key, request, at) values (:caller, :key, :request, :at)
            on conflict do nothing
            """;

    private static final String KEEP =
            """
            update idempotent_answers set status = :status, headers = :headers::jsonb, body = :body
            where caller = :caller and key = :key
            """;

    private final JdbcClient database;
    private final Clock clock;

    Answers(JdbcClient database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Whose key. */
    record Place(String caller, String key) {}

    /**
     * What stands at a key, of which request.
     *
     * @param answer none where it held a secret
     */
    @SuppressWarnings("ArrayRecordComponent") // carried, never compared
    record Standing(byte[] request, @Nullable Answer answer) {}

    /** Whether the key was free; then it is this transaction's. */
    boolean claim(Place place, byte[] request) {
        Timestamp now = Timestamp.from(clock.instant());
        database.sql("delete from idempotent_answers where at < :before")
                .param("before", Timestamp.from(clock.instant().minus(KEPT)))
                .update();
        return database.sql(CLAIM)
                        .param("caller", place.caller())
                        .param("key", place.key())
                        .param("request", request)
                        .param("at", now)
                        .update()
                == 1;
    }

    void keep(Place place, Answer answer) {
        database.sql(KEEP)
                .param("caller", place.caller())
                .param("key", place.key())
                .param("status", answer.status())
                .param("headers", Binder.JSON.writeValueAsString(answer.headers()))
                .param("body", answer.body())
                .update();
    }

    @Nullable Standing standing(Place place) {
        return database.sql(
                        "select * from idempotent_answers where caller = :caller and key = :key")
                .param("caller", place.caller())
                .param("key", place.key())
                .query((row, _) -> new Standing(row.getBytes("request"), answer(row)))
                .optional()
                .orElse(null);
    }

    private static @Nullable Answer answer(ResultSet row) throws SQLException {
        String headers = row.getString("headers");
        return headers == null
                ? null
                : new Answer(
                        row.getInt("status"),
                        Binder.JSON.readValue(headers, HEADERS),
                        row.getBytes("body"));
    }
}
