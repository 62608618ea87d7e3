package dev.palimpsest.webhooks;

import dev.palimpsest.spec.Binder;
import dev.palimpsest.web.Ids;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Events on their way out, each written in the transaction of what it tells. */
@Component
class Outbox {
    private static final Duration KEPT = Duration.ofDays(30);

    /** One that is being deleted is waited for and left out, and none is deleted meanwhile. */
    private static final String SUBSCRIBED =
            """
            select id from webhooks where enabled and :type = any(events)
            and project = (select project from experiments where id = :experiment)
            order by id for key share
            """;

    private static final String ADD =
            """
            insert into webhook_events (id, type, cause, body, at) values (:id, :type, :cause, :body, :at)
            on conflict (cause, type) do nothing
            """;

    /** Those that somebody is at are left for another time. */
    private static final String FORGET =
            """
            delete from webhook_events where id in (
                select id from webhook_events where at < :before order by at limit 1000 for update skip locked)
            """;

    private final JdbcClient database;
    private final Deliveries deliveries;
    private final ApplicationEventPublisher events;
    private final Ids ids;
    private final Clock clock;

    Outbox(
            JdbcClient database,
            Deliveries deliveries,
            ApplicationEventPublisher events,
            Ids ids,
            Clock clock) {
        this.database = database;
        this.deliveries = deliveries;
        this.events = events;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * What is sent; clients of the OpenAI API know it.
     *
     * @param createdAt seconds since 1970
     */
    record Message(String id, String object, String type, long createdAt, Object data) {}

    /**
     * Tells all of the experiment's project who asked for it, unless it was told before.
     *
     * @param cause what happened; the same is told once
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public void tell(String type, String experiment, String cause, Object data) {
        List<String> subscribed =
                database.sql(SUBSCRIBED)
                        .param("type", type)
                        .param("experiment", experiment)
                        .query(String.class)
                        .list();
        if (subscribed.isEmpty()) return;
        write(type, cause, data)
                .ifPresent(event -> subscribed.forEach(webhook -> send(event, webhook)));
    }

    /** Tells one webhook that it works. */
    @Transactional(propagation = Propagation.MANDATORY)
    public Delivery test(String webhook) {
        String cause = ids.next("test");
        return send(write(EventTypes.TEST, cause, new Tested(webhook)).orElseThrow(), webhook);
    }

    /** The webhook that is tested. */
    record Tested(String id) {}

    private Optional<String> write(String type, String cause, Object data) {
        Instant now = clock.instant();
        String id = ids.next("evt");
        Message message = new Message(id, "event", type, now.getEpochSecond(), data);
        int written =
                database.sql(ADD)
                        .param("id", id)
                        .param("type", type)
                        .param("cause", cause)
                        .param("body", Binder.JSON.writeValueAsString(message))
                        .param("at", Timestamp.from(now))
                        .update();
        return written == 1 ? Optional.of(id) : Optional.empty();
    }

    private Delivery send(String event, String webhook) {
        Delivery delivery = Delivery.made(ids.next("dlv"), webhook, event, clock.instant());
        deliveries.add(delivery);
        events.publishEvent(delivery.waiting());
        return delivery;
    }

    /** With their deliveries. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void forgetOld() {
        database.sql(FORGET).param("before", Timestamp.from(clock.instant().minus(KEPT))).update();
    }
}
