package dev.palimpsest.webhooks;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Moves deliveries, each move in one transaction that locks the webhook's row first, then the
 * delivery's.
 */
@Component
class DeliveryDesk {
    private static final Logger log = LoggerFactory.getLogger(DeliveryDesk.class);

    /** One of whose attempts none has succeeded for so long is switched off. */
    private static final Duration LONGEST_FAILING = Duration.ofDays(3);

    private final Webhooks webhooks;
    private final Deliveries deliveries;
    private final WebhookDesk desk;
    private final Outbox outbox;
    private final ApplicationEventPublisher events;
    private final Clock clock;
    private final Backoff backoff = new Backoff(new SecureRandom());

    DeliveryDesk(
            Webhooks webhooks,
            Deliveries deliveries,
            WebhookDesk desk,
            Outbox outbox,
            ApplicationEventPublisher events,
            Clock clock) {
        this.webhooks = webhooks;
        this.deliveries = deliveries;
        this.desk = desk;
        this.outbox = outbox;
        this.events = events;
        this.clock = clock;
    }

    @Transactional
    public Deliveries.Logged test(String webhook) {
        desk.sending(webhook);
        return deliveries.logged(outbox.test(webhook).id());
    }

    /** Sends it once more, with all attempts, under the same webhook-id. */
    @Transactional
    public Deliveries.Logged redeliver(String webhook, String id) {
        desk.sending(webhook);
        Delivery delivery =
                deliveries
                        .lock(id)
                        .filter(found -> found.webhook().equals(webhook))
                        .orElseThrow(() -> Deliveries.missing(webhook, id))
                        .asked(clock.instant());
        deliveries.save(delivery);
        events.publishEvent(delivery.waiting());
        return deliveries.logged(id);
    }

    /** Leaves one for later, as posts to its host are under way; that is no attempt. */
    @Transactional
    public void putOff(Delivery waiting, Instant until) {
        if (webhooks.lock(waiting.webhook()).isEmpty()) return;
        deliveries
                .lock(waiting.id())
                .filter(delivery -> delivery.waits(waiting.turn()))
                .map(delivery -> delivery.putOff(until))
                .ifPresent(
                        delivery -> {
                            deliveries.save(delivery);
                            events.publishEvent(delivery.waiting());
                        });
    }

    /** Files an attempt, and what follows from it. */
    @Transactional
    public void file(Delivery attempted, Attempt attempt) {
        Optional<Webhook> webhook = webhooks.lock(attempted.webhook());
        Optional<Delivery> delivery = deliveries.lock(attempted.id());
        if (webhook.isEmpty() || delivery.isEmpty()) return; // deleted meanwhile
        deliveries.add(attempted.id(), attempt);
        if (attempt.succeeded()) {
            webhooks.attemptSucceeded(attempted.webhook());
            end(delivery.get().delivered());
        } else failed(webhook.get(), delivery.get(), attempted, attempt);
    }

    private void failed(Webhook webhook, Delivery delivery, Delivery attempted, Attempt attempt) {
        webhooks.attemptFailed(webhook.id(), attempt.at());
        Optional<String> hopeless = hopeless(webhook, attempt);
        if (hopeless.isPresent() && webhook.enabled()) switchOff(webhook, hopeless.get());
        if (!delivery.waits(attempted.turn())) return; // asked for again meanwhile
        if (hopeless.isPresent()) end(delivery.givenUp("switched off: " + hopeless.get()));
        else if (delivery.tries() + 1 >= Backoff.MOST_TRIES)
            end(
                    delivery.givenUp(
                            "%d attempts failed, the last as %s"
                                    .formatted(Backoff.MOST_TRIES, attempt.words())));
        else {
            Delivery again = delivery.again(attempt.at().plus(backoff.after(delivery.tries() + 1)));
            deliveries.save(again);
            events.publishEvent(again.waiting());
        }
    }

    /** Why nothing more is to be sent there. */
    private static Optional<String> hopeless(Webhook webhook, Attempt attempt) {
        if (attempt.isGone()) return Optional.of("it answered 410: it wants to be told no more");
        Instant since = webhook.failingSince();
        if (since == null || since.plus(LONGEST_FAILING).isAfter(attempt.at()))
            return Optional.empty();
        return Optional.of(
                "no attempt has succeeded since %s; the last failed as %s"
                        .formatted(since, attempt.words()));
    }

    private void switchOff(Webhook webhook, String why) {
        webhooks.switchOff(webhook.id(), why, clock.instant());
        log.warn("webhook {} is switched off: {}", webhook.id(), why);
    }

    private void end(Delivery ended) {
        deliveries.save(ended);
        if (ended.status() == Delivery.Status.GIVEN_UP)
            log.warn(
                    "delivery {} of webhook {} is given up: {}",
                    ended.id(),
                    ended.webhook(),
                    ended.reason());
        outbox.forgetOld();
    }

    /** Ends one that cannot be attempted. */
    @Transactional
    public void giveUp(String id, String why) {
        Optional<Delivery> found = deliveries.find(id);
        if (found.isEmpty() || webhooks.lock(found.get().webhook()).isEmpty()) return;
        deliveries
                .lock(id)
                .filter(delivery -> delivery.status() == Delivery.Status.WAITING)
                .ifPresent(delivery -> end(delivery.givenUp(why)));
    }
}
