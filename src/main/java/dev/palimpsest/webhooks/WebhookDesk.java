package dev.palimpsest.webhooks;

import dev.palimpsest.egress.Egress;
import dev.palimpsest.egress.Refused;
import dev.palimpsest.spec.InvalidSpec;
import dev.palimpsest.web.Conflict;
import dev.palimpsest.web.EditTag;
import dev.palimpsest.web.Ids;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Makes, edits and deletes webhooks, each in one transaction that begins by locking the row. */
@Component
class WebhookDesk {
    private static final Duration OLD_SECRET = Duration.ofHours(24);

    private final Webhooks webhooks;
    private final Egress egress;
    private final Ids ids;
    private final Clock clock;
    private final RandomGenerator random = new SecureRandom();

    WebhookDesk(Webhooks webhooks, Egress egress, Ids ids, Clock clock) {
        this.webhooks = webhooks;
        this.egress = egress;
        this.ids = ids;
        this.clock = clock;
    }

    /** A webhook that was just made, and its secret, which nobody will see again. */
    record Made(Webhook webhook, SigningSecret secret) {}

    /** A secret that was just made, and until when the one before it signs too. */
    record Rotated(Webhook webhook, SigningSecret secret, Instant oldUntil) {}

    @Transactional
    public Made make(WebhookRequest asked) {
        checkReach(asked.url());
        Instant now = clock.instant();
        Webhook webhook =
                new Webhook(
                        ids.next("webhook"),
                        asked.url(),
                        asked.description(),
                        asked.events(),
                        null,
                        null,
                        0,
                        now,
                        now);
        SigningSecret secret = SigningSecret.of(random);
        webhooks.add(webhook, secret);
        return new Made(webhook, secret);
    }

    @Transactional
    public Webhook edit(String id, WebhookEdit edit, @Nullable String ifMatch) {
        Webhook webhook = locked(id, ifMatch);
        if (edit.url() != null) checkReach(edit.url());
        return webhooks.save(webhook.edited(edit, clock.instant()));
    }

    @Transactional
    public void delete(String id, @Nullable String ifMatch) {
        webhooks.delete(locked(id, ifMatch).id());
    }

    @Transactional
    public Rotated rotate(String id) {
        locked(id, null);
        SigningSecret secret = SigningSecret.of(random);
        Instant now = clock.instant();
        Instant until = now.plus(OLD_SECRET);
        webhooks.rotate(id, secret, until, now);
        return new Rotated(webhooks.named(id), secret, until);
    }

    /** One that is switched off is sent nothing. */
    Webhook sending(String id) {
        Webhook webhook = locked(id, null);
        if (!webhook.enabled())
            throw new Conflict(
                    "webhook %s is switched off: %s; PATCH /api/v1/webhooks/%s with {\"enabled\": true} first"
                            .formatted(id, webhook.disabledReason(), id));
        return webhook;
    }

    private Webhook locked(String id, @Nullable String ifMatch) {
        Webhook webhook = webhooks.lock(id).orElseThrow(() -> Webhooks.missing(id));
        tag(webhook).require(ifMatch, "webhook " + id);
        return webhook;
    }

    static EditTag tag(Webhook webhook) {
        return new EditTag(webhook.version());
    }

    /** Where it leads is looked up again at each attempt. */
    private void checkReach(String url) {
        try {
            egress.addresses(URI.create(url));
        } catch (Refused | UnknownHostException refused) {
            throw new InvalidSpec("/url", "cannot be posted to: " + refused.getMessage());
        }
    }
}
