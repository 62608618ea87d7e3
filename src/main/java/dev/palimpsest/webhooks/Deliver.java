package dev.palimpsest.webhooks;

import dev.palimpsest.background.Work;
import java.time.Clock;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.springframework.stereotype.Component;

/**
 * One attempt at a delivery. What comes of it is written after it was made: a process that dies in
 * between makes it again, with the same webhook-id.
 */
@Component
class Deliver implements Work {
    static final String NAME = "deliver";

    private final Webhooks webhooks;
    private final Deliveries deliveries;
    private final DeliveryDesk desk;
    private final Post post;
    private final Clock clock;

    Deliver(Webhooks webhooks, Deliveries deliveries, DeliveryDesk desk, Post post, Clock clock) {
        this.webhooks = webhooks;
        this.deliveries = deliveries;
        this.desk = desk;
        this.post = post;
        this.clock = clock;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Ending run(String text, BooleanSupplier stopping) {
        Delivery.Piece piece = Delivery.Piece.of(text);
        deliveries
                .find(piece.delivery())
                .filter(delivery -> delivery.waits(piece.turn()))
                .ifPresent(this::attempt);
        return Ending.OVER;
    }

    private void attempt(Delivery delivery) {
        List<SigningSecret> secrets = webhooks.secrets(delivery.webhook(), clock.instant());
        if (secrets.isEmpty()) return; // deleted with all its deliveries
        Webhook webhook = webhooks.named(delivery.webhook());
        if (!webhook.enabled()) {
            desk.giveUp(delivery.id(), "the webhook is switched off: " + webhook.disabledReason());
            return;
        }
        String body = deliveries.logged(delivery.id()).body();
        Attempt attempt = post.send(webhook.url(), delivery.event(), body, secrets);
        desk.file(delivery, attempt);
    }

    @Override
    public void giveUp(String text, String fault) {
        desk.giveUp(Delivery.Piece.of(text).delivery(), fault);
    }
}
