package dev.palimpsest.completions;

import dev.palimpsest.spec.Binder;
import dev.palimpsest.trainer.CompletionWish.Texts;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Hands a completion to one process. It begins once, so that nothing is said twice: whoever finds
 * one begun has found that its worker is gone. What ended meanwhile is not written to.
 */
@Component
class CompletionTurns {
    private static final String BEGIN =
            """
            update completions set status = 'running', started_at = :now
            where id = :id and status = 'queued' and overdue_at >= :now returning *
            """;

    private static final String END =
            """
            update completions set status = :status, error = :error, ended_at = :now
            where id = :id and status = 'running'
            """;

    private static final String GIVE_UP =
            """
            update completions set status = 'failed', error = :error, ended_at = :now
            where id = :id and status in ('queued', 'running')
            """;

    private static final String HAND_BACK =
            """
            update completions set status = 'queued'
            where id = :id and status = 'running'
              and not exists (select from completion_pieces p where p.completion = completions.id)
            """;

    /** The row is held, so that it cannot end meanwhile. */
    private static final String FILE =
            """
            with open as (select id from completions where id = :id and status = 'running' for share)
            insert into completion_pieces (completion, choice, utf8, tokens, ending)
            select open.id, p.choice, p.utf8, p.tokens, nullif(p.ending, '')
            from open, unnest(:choices::integer[], :utf8::bytea[], :tokens::integer[], :endings::text[])
                with ordinality as p (choice, utf8, tokens, ending, place)
            order by p.place
            """;

    private final JdbcClient database;
    private final Clock clock;

    CompletionTurns(JdbcClient database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** One that this worker is to write. */
    record Begun(
            String id, String baseModel, @Nullable String checkpoint, boolean bf16, Texts texts) {}

    /** Nothing if nobody waits for it any longer. */
    @Transactional
    public Optional<Begun> begin(String id) {
        failed(id, "the worker that wrote it is gone; ask again");
        return database.sql(BEGIN)
                .param("id", id)
                .param("now", now())
                .query(CompletionTurns::begun)
                .optional();
    }

    /** Answers whether more is wanted. */
    boolean file(String id, List<Piece> pieces) {
        return database.sql(FILE)
                        .param("id", id)
                        .param("choices", array(pieces.stream().map(Piece::choice)))
                        .param(
                                "utf8",
                                pieces.stream()
                                        .map(piece -> piece.text().getBytes(StandardCharsets.UTF_8))
                                        .toArray(byte[][]::new))
                        .param("tokens", array(pieces.stream().map(Piece::tokens)))
                        .param(
                                "endings",
                                pieces.stream().map(CompletionTurns::word).toArray(String[]::new))
                        .update()
                > 0;
    }

    boolean goesOn(String id) {
        return database.sql(
                        "select count(*) > 0 from completions where id = :id and status = 'running'")
                .param("id", id)
                .query(Boolean.class)
                .single();
    }

    void succeeded(String id) {
        end(id, "succeeded", null);
    }

    void failed(String id, String error) {
        end(id, "failed", error);
    }

    /** Ends one that its worker could not end. */
    void givenUp(String id, String error) {
        database.sql(GIVE_UP).param("id", id).param("error", error).param("now", now()).update();
    }

    /** Answers whether another may begin it anew, which one that has said something may not. */
    @Transactional
    public boolean handBack(String id) {
        if (database.sql(HAND_BACK).param("id", id).update() > 0) return true;
        failed(id, "its worker was stopped while it wrote; ask again");
        return false;
    }

    private void end(String id, String status, @Nullable String error) {
        database.sql(END)
                .param("id", id)
                .param("status", status)
                .param("error", error)
                .param("now", now())
                .update();
    }

    private Timestamp now() {
        return Timestamp.from(clock.instant());
    }

    private static Integer[] array(Stream<Integer> numbers) {
        return numbers.toArray(Integer[]::new);
    }

    private static String word(Piece piece) {
        return piece.ending() == null ? "" : piece.ending().name().toLowerCase(Locale.ROOT);
    }

    private static Begun begun(ResultSet row, int number) throws SQLException {
        return new Begun(
                row.getString("id"),
                row.getString("base_model"),
                row.getString("checkpoint"),
                row.getBoolean("bf16"),
                Binder.JSON.readValue(row.getString("texts"), Texts.class));
    }
}
