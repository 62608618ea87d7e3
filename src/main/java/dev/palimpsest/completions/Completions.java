package dev.palimpsest.completions;

import dev.palimpsest.spec.Binder;
import dev.palimpsest.trainer.CompletionWish.Texts;
import dev.palimpsest.trainer.SaidToken;
import dev.palimpsest.trainer.TrainerEvent.TextEnding;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** All completions, for those who ask and wait; each call is part of its caller's transaction. */
@Component
class Completions {
    private static final Duration KEPT = Duration.ofHours(1);

    private static final String ADD =
            """
            insert into completions (id, base_model, checkpoint, bf16, texts, status, created_at, overdue_at)
            values (:id, :model, :checkpoint, :bf16, :texts::jsonb, 'queued', :now, :overdue)
            """;

    private static final String CANCEL =
            """
            update completions set status = 'cancelled', ended_at = :now
            where id = :id and status in ('queued', 'running')
            """;

    private static final String CANCEL_OVERDUE =
            """
            update completions set status = 'cancelled', ended_at = :now
            where status in ('queued', 'running') and overdue_at < :now
            """;

    private static final String COUNT =
            "select count(*) from completions where status in ('queued', 'running')";

    private static final String NEWS =
            "select * from completion_pieces where completion = :id and id > :last order by id";

    private final JdbcClient database;
    private final Clock clock;

    Completions(JdbcClient database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** How far one is; an error is there if it has failed. */
    record State(String status, @Nullable String error) {
        boolean is(String word) {
            return status.equals(word);
        }
    }

    /** A piece and its place among those of its completion. */
    record Filed(long id, Piece piece) {}

    /** How many wait or are written; until the transaction ends nobody else adds one. */
    int count() {
        database.sql("select pg_advisory_xact_lock(hashtext('completions'))")
                .query((row, _) -> row.getObject(1))
                .list();
        return database.sql(COUNT).query(Integer.class).single();
    }

    void add(String id, Speaker speaker, Texts texts, Duration timeout) {
        Instant now = clock.instant();
        String checkpoint = speaker.checkpoint() == null ? null : speaker.checkpoint().id();
        database.sql(ADD)
                .param("id", id)
                .param("model", speaker.model().name())
                .param("checkpoint", checkpoint)
                .param("bf16", speaker.bf16())
                .param("texts", Binder.JSON.writeValueAsString(texts))
                .param("now", Timestamp.from(now))
                .param("overdue", Timestamp.from(now.plus(timeout)))
                .update();
    }

    State state(String id) {
        return database.sql("select status, error from completions where id = :id")
                .param("id", id)
                .query((row, _) -> new State(row.getString("status"), row.getString("error")))
                .optional()
                .orElseGet(() -> new State("cancelled", null));
    }

    List<Filed> piecesAfter(String id, long last) {
        return database.sql(NEWS)
                .param("id", id)
                .param("last", last)
                .query(Completions::filed)
                .list();
    }

    /** What was asked and said goes, and what is not said yet is not wanted. */
    void forget(String id) {
        database.sql(CANCEL).param("id", id).param("now", now(Duration.ZERO)).update();
        database.sql("delete from completion_pieces where completion = :id")
                .param("id", id)
                .update();
        database.sql("update completions set texts = null where id = :id").param("id", id).update();
    }

    /** Those of callers that are gone with their process, and rows of long ago. */
    void clearUp() {
        database.sql(CANCEL_OVERDUE).param("now", now(Duration.ZERO)).update();
        database.sql(
                        "select id from completions where texts is not null and ended_at is not null and overdue_at < :now")
                .param("now", now(Duration.ZERO))
                .query(String.class)
                .list()
                .forEach(this::forget);
        database.sql("delete from completions where ended_at < :before")
                .param("before", now(KEPT))
                .update();
    }

    private Timestamp now(Duration less) {
        return Timestamp.from(clock.instant().minus(less));
    }

    private static Filed filed(ResultSet row, int number) throws SQLException {
        String ending = row.getString("ending");
        return new Filed(
                row.getLong("id"),
                new Piece(
                        row.getInt("choice"),
                        new String(row.getBytes("utf8"), StandardCharsets.UTF_8),
                        row.getInt("tokens"),
                        ending == null ? null : TextEnding.valueOf(ending.toUpperCase(Locale.ROOT)),
                        told(row.getBytes("told"))));
    }

    private static List<SaidToken> told(byte @Nullable [] json) {
        return json == null ? List.of() : List.of(Binder.JSON.readValue(json, SaidToken[].class));
    }
}
