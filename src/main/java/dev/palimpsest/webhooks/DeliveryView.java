package dev.palimpsest.webhooks;

import dev.palimpsest.spec.Binder;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A delivery as it is answered.
 *
 * @param reason why it was given up
 * @param event what is sent
 */
record DeliveryView(
        String id,
        String webhook,
        String type,
        Delivery.Status status,
        @Nullable String reason,
        List<AttemptView> attempts,
        @Nullable Instant nextAttemptAt,
        Instant createdAt,
        JsonNode event) {

    /** One post of it; {@code error} is why nothing was answered. */
    record AttemptView(
            int number,
            Instant at,
            @Nullable Integer status,
            @Nullable String error,
            long durationMilliseconds) {
        static AttemptView of(Deliveries.Numbered one) {
            return new AttemptView(
                    one.number(),
                    one.attempt().at(),
                    one.attempt().status(),
                    one.attempt().error(),
                    one.attempt().milliseconds());
        }
    }

    static DeliveryView of(Deliveries.Logged logged) {
        Delivery delivery = logged.delivery();
        return new DeliveryView(
                delivery.id(),
                delivery.webhook(),
                logged.type(),
                delivery.status(),
                delivery.reason(),
                logged.attempts().stream().map(AttemptView::of).toList(),
                delivery.nextAttemptAt(),
                delivery.createdAt(),
                Binder.JSON.readTree(logged.body()));
    }
}
