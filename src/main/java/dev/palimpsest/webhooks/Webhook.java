package dev.palimpsest.webhooks;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whom to tell of what; its secrets stay in the database.
 *
 * @param disabledReason why nothing is sent; null while it is
 * @param failingSince since when no attempt has succeeded
 */
record Webhook(
        String id,
        String url,
        @Nullable String description,
        List<String> events,
        @Nullable String disabledReason,
        @Nullable Instant failingSince,
        long version,
        Instant createdAt,
        Instant updatedAt) {
    static final String BY_OWNER = "its owner switched it off";

    boolean enabled() {
        return disabledReason == null;
    }

    /** What its owner changes; whoever switches it on again gives it a new chance. */
    Webhook edited(WebhookEdit edit, Instant now) {
        boolean on = edit.enabled() == null ? enabled() : edit.enabled();
        String off = disabledReason == null ? BY_OWNER : disabledReason;
        return new Webhook(
                id,
                edit.url() == null ? url : edit.url(),
                edit.description() == null ? description : edit.description(),
                edit.events() == null ? events : edit.events(),
                on ? null : off,
                on && !enabled() ? null : failingSince,
                version,
                createdAt,
                now);
    }
}
