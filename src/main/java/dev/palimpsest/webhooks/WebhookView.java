package dev.palimpsest.webhooks;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A webhook as it is answered, without its secret. */
record WebhookView(
        String id,
        String url,
        @Nullable String description,
        List<String> events,
        boolean enabled,
        @Nullable String disabledReason,
        @Nullable Instant failingSince,
        Instant createdAt,
        Instant updatedAt) {
    static WebhookView of(Webhook webhook) {
        return new WebhookView(
                webhook.id(),
                webhook.url(),
                webhook.description(),
                webhook.events(),
                webhook.enabled(),
                webhook.disabledReason(),
                webhook.failingSince(),
                webhook.createdAt(),
                webhook.updatedAt());
    }
}
