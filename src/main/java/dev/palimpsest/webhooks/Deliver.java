package dev.palimpsest.webhooks;

import dev.palimpsest.background.Work;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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
    private final Lanes lanes;
    private final Post post;
    private final Clock clock;

    Deliver(
            Webhooks webhooks,
            Deliveries deliveries,
            DeliveryDesk desk,
            Lanes lanes,
            Post post,
            Clock clock) {
        this.webhooks = webhooks;
        this.deliveries = deliveries;
        this.desk = desk;
        this.lanes = lanes;
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
        String host = URI.create(webhook.url()).getHost().toLowerCase(Locale.ROOT);
        Instant now = clock.instant();
        Optional<Duration> busy = lanes.enter(host, now);
        if (busy.isPresent()) {
            desk.putOff(delivery, now.plus(busy.get()));
            return;
        }
        Attempt attempt;
        try {
            String body = deliveries.logged(delivery.id()).body();
            attempt = post.send(webhook.url(), delivery.event(), body, secrets);
        } finally {
            lanes.leave(host, now);
        }
        desk.file(delivery, attempt);
    }

    @Override
    public void giveUp(String text, Throwable fault) {
        desk.giveUp(Delivery.Piece.of(text).delivery(), fault.toString());
    }
}
