package dev.palimpsest.webhooks;

import dev.palimpsest.web.NotFound;
import dev.palimpsest.web.Page;
import dev.palimpsest.web.Paging;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** All deliveries and what was tried for each. */
@Component
class Deliveries {
    private static final String ADD =
            """
            insert into webhook_deliveries (id, webhook, event, status, turn, tries, next_attempt_at, created_at)
            values (:id, :webhook, :event, 'waiting', :turn, :tries, :next, :created)
            """;

    private static final String SAVE =
            """
            update webhook_deliveries set status = :status, reason = :reason, turn = :turn, tries = :tries,
                next_attempt_at = :next
            where id = :id
            """;

    private static final String PAGE =
            """
            select d.*, e.type, e.body from webhook_deliveries d join webhook_events e on e.id = d.event
            where d.webhook = :webhook and (:after::text is null or d.id < :after) order by d.id desc limit :limit
            """;

    private static final String LOGGED =
            """
            select d.*, e.type, e.body from webhook_deliveries d join webhook_events e on e.id = d.event
            where d.id = :id
            """;

    private static final String ADD_ATTEMPT =
            """
            insert into webhook_attempts (delivery, number, at, status, error, milliseconds)
            select :delivery, coalesce(max(number), 0) + 1, :at, :status, :error, :milliseconds
            from webhook_attempts where delivery = :delivery
            """;

    private static final String ATTEMPTS =
            "select * from webhook_attempts where delivery = any(:deliveries) order by delivery, number";

    private final JdbcClient database;

    Deliveries(JdbcClient database) {
        this.database = database;
    }

    /** A delivery, what it brings, and the attempts at it by their numbers. */
    record Logged(Delivery delivery, String type, String body, List<Numbered> attempts) {}

    record Numbered(int number, Attempt attempt) {}

    void add(Delivery delivery) {
        database.sql(ADD)
                .param("id", delivery.id())
                .param("webhook", delivery.webhook())
                .param("event", delivery.event())
                .param("turn", delivery.turn())
                .param("tries", delivery.tries())
                .param("next", timestamp(delivery.nextAttemptAt()))
                .param("created", Timestamp.from(delivery.createdAt()))
                .update();
    }

    void save(Delivery delivery) {
        database.sql(SAVE)
                .param("id", delivery.id())
                .param("status", delivery.status().word())
                .param("reason", delivery.reason())
                .param("turn", delivery.turn())
                .param("tries", delivery.tries())
                .param("next", timestamp(delivery.nextAttemptAt()))
                .update();
    }

    void add(String delivery, Attempt attempt) {
        database.sql(ADD_ATTEMPT)
                .param("delivery", delivery)
                .param("at", Timestamp.from(attempt.at()))
                .param("status", attempt.status())
                .param("error", attempt.error())
                .param("milliseconds", attempt.milliseconds())
                .update();
    }

    Optional<Delivery> find(String id) {
        return database.sql("select * from webhook_deliveries where id = :id")
                .param("id", id)
                .query((row, _) -> delivery(row))
                .optional();
    }

    /** Its webhook's row is to be locked before. */
    Optional<Delivery> lock(String id) {
        return database.sql("select * from webhook_deliveries where id = :id for no key update")
                .param("id", id)
                .query((row, _) -> delivery(row))
                .optional();
    }

    Page<Logged> page(String webhook, Paging paging) {
        List<Logged> rows =
                database.sql(PAGE)
                        .param("webhook", webhook)
                        .param("after", paging.after())
                        .param("limit", paging.limit() + 1)
                        .query((row, _) -> logged(row))
                        .list();
        Page<Logged> page = Page.of(rows, paging.limit(), one -> one.delivery().id());
        return withAttempts(page);
    }

    Logged logged(String id) {
        List<Logged> one =
                database.sql(LOGGED).param("id", id).query((row, _) -> logged(row)).list();
        return withAttempts(Page.of(one, 1, logged -> logged.delivery().id())).data().getFirst();
    }

    private Page<Logged> withAttempts(Page<Logged> page) {
        Map<String, List<Numbered>> attempts = new HashMap<>();
        database.sql(ATTEMPTS)
                .param(
                        "deliveries",
                        page.data().stream().map(one -> one.delivery().id()).toArray(String[]::new))
                .query(
                        row -> {
                            attempts.computeIfAbsent(
                                            row.getString("delivery"), _ -> new ArrayList<>())
                                    .add(new Numbered(row.getInt("number"), attempt(row)));
                        });
        return page.map(
                one ->
                        new Logged(
                                one.delivery(),
                                one.type(),
                                one.body(),
                                attempts.getOrDefault(one.delivery().id(), List.of())));
    }

    static NotFound missing(String webhook, String id) {
        return new NotFound(
                "there is no delivery %s of webhook %s; GET /api/v1/webhooks/%s/deliveries lists them"
                        .formatted(id, webhook, webhook));
    }

    private static Logged logged(ResultSet row) throws SQLException {
        return new Logged(delivery(row), row.getString("type"), row.getString("body"), List.of());
    }

    private static Delivery delivery(ResultSet row) throws SQLException {
        return new Delivery(
                row.getString("id"),
                row.getString("webhook"),
                row.getString("event"),
                Delivery.Status.valueOf(row.getString("status").toUpperCase(Locale.ROOT)),
                row.getString("reason"),
                row.getInt("turn"),
                row.getInt("tries"),
                Webhooks.instant(row.getTimestamp("next_attempt_at")),
                row.getTimestamp("created_at").toInstant());
    }

    private static Attempt attempt(ResultSet row) throws SQLException {
        return new Attempt(
                row.getTimestamp("at").toInstant(),
                row.getObject("status", Integer.class),
                row.getString("error"),
                row.getLong("milliseconds"));
    }

    private static @Nullable Timestamp timestamp(@Nullable Instant instant) {
        return instant == null ? null : Timestamp.from(instant);
    }
}
