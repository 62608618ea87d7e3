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
 * Hands a completion to one process. Whoever finds one begun has found that its worker is gone, and
 * begins it anew, once and only where nothing was said yet. What ended meanwhile is not written to.
 */
@Component
class CompletionTurns {
    private static final String BEGIN =
            """
            update completions set status = 'running', started_at = :now, begun = begun + 1
            where id = :id and status = 'queued' and overdue_at >= :now returning *
            """;

    private static final String END =
            """
            update completions set status = :status, error = :error, ended_at = :now
            where id = :id and status = 'running' and begun = :turn
            """;

    private static final String GIVE_UP =
            """
            update completions set status = 'failed', error = :error, ended_at = :now
            where id = :id and status in ('queued', 'running')
            """;

    private static final String HAND_BACK =
            """
            update completions set status = 'queued'
            where id = :id and status = 'running' and begun = :turn
              and not exists (select from completion_pieces p where p.completion = completions.id)
            """;

    private static final String LEFT_BEHIND =
            """
            with left_behind as (
                select id, begun < 2 and not exists (select from completion_pieces p where p.completion = c.id) as goes_on
                from completions c where id = :id and status = 'running' for update)
            update completions c set
                status = case when goes_on then 'queued' else 'failed' end,
                error = case when goes_on then null else 'the worker that wrote it is gone; ask again' end,
                ended_at = case when goes_on then null else :now::timestamptz end
            from left_behind l where c.id = l.id
            """;

    private static final String GOES_ON =
            "select count(*) > 0 from completions where id = :id and status = 'running' and begun = :turn";

    /** The row is held, so that it cannot end meanwhile. */
    private static final String FILE =
            """
            with open as (select id from completions where id = :id and status = 'running' and begun = :turn for share)
            insert into completion_pieces (completion, choice, utf8, tokens, ending, told)
            select open.id, p.choice, p.utf8, p.tokens, nullif(p.ending, ''), nullif(p.told, '')
            from open, unnest(:choices::integer[], :utf8::bytea[], :tokens::integer[], :endings::text[], :told::bytea[])
                with ordinality as p (choice, utf8, tokens, ending, told, place)
            order by p.place
            """;

    private final JdbcClient database;
    private final Clock clock;

    CompletionTurns(JdbcClient database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * One that this worker is to write.
     *
     * @param turn how often it was begun; what another turn says of it does not count
     */
    record Begun(
            String id,
            int turn,
            String baseModel,
            @Nullable String checkpoint,
            boolean bf16,
            Texts texts) {}

    /** Nothing if nobody waits for it any longer. */
    @Transactional
    public Optional<Begun> begin(String id) {
        database.sql(LEFT_BEHIND).param("id", id).param("now", now()).update();
        return database.sql(BEGIN)
                .param("id", id)
                .param("now", now())
                .query(CompletionTurns::begun)
                .optional();
    }

    /** Answers whether more is wanted. */
    boolean file(Begun begun, List<Piece> pieces) {
        return ofTurn(FILE, begun)
                        .param("choices", array(pieces.stream().map(Piece::choice)))
                        .param("utf8", bytes(pieces.stream().map(Piece::text)))
                        .param("tokens", array(pieces.stream().map(Piece::tokens)))
                        .param(
                                "endings",
                                pieces.stream().map(CompletionTurns::word).toArray(String[]::new))
                        .param("told", bytes(pieces.stream().map(CompletionTurns::told)))
                        .update()
                > 0;
    }

    boolean goesOn(Begun begun) {
        return ofTurn(GOES_ON, begun).query(Boolean.class).single();
    }

    void succeeded(Begun begun) {
        end(begun, "succeeded", null);
    }

    void failed(Begun begun, String error) {
        end(begun, "failed", error);
    }

    /** Ends one that its worker could not end. */
    void givenUp(String id, String error) {
        database.sql(GIVE_UP).param("id", id).param("error", error).param("now", now()).update();
    }

    /** Answers whether another may begin it anew, which one that has said something may not. */
    @Transactional
    public boolean handBack(Begun begun) {
        if (ofTurn(HAND_BACK, begun).update() > 0) return true;
        failed(begun, "its worker was stopped while it wrote; ask again");
        return false;
    }

    private JdbcClient.StatementSpec ofTurn(String statement, Begun begun) {
        return database.sql(statement).param("id", begun.id()).param("turn", begun.turn());
    }

    private void end(Begun begun, String status, @Nullable String error) {
        ofTurn(END, begun)
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

    private static byte[][] bytes(Stream<String> texts) {
        return texts.map(text -> text.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
    }

    private static String told(Piece piece) {
        return piece.told().isEmpty() ? "" : Binder.JSON.writeValueAsString(piece.told());
    }

    private static String word(Piece piece) {
        return piece.ending() == null ? "" : piece.ending().name().toLowerCase(Locale.ROOT);
    }

    private static Begun begun(ResultSet row, int number) throws SQLException {
        return new Begun(
                row.getString("id"),
                row.getInt("begun"),
                row.getString("base_model"),
                row.getString("checkpoint"),
                row.getBoolean("bf16"),
                Binder.JSON.readValue(row.getString("texts"), Texts.class));
    }
}
