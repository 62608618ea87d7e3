package dev.palimpsest.webhooks;

import dev.palimpsest.web.Example;
import dev.palimpsest.web.Page;
import dev.palimpsest.web.Paging;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The webhooks' HTTP door. */
@Tag(name = "Webhooks", description = "Telling other services what happened")
@RestController
@RequestMapping("/api/v1/webhooks")
class WebhookController {
    private static final String WEBHOOK =
            """
            {"id": "webhook_06dgm0e1xhw4t9s8n1p3q5r7vw", "url": "https://example.com/palimpsest", "description": "the team's channel",
             "events": ["job.failed", "job.guarded", "study.ended"], "enabled": true, "disabled_reason": null, "failing_since": null,
             "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z"}""";

    private final Webhooks webhooks;
    private final WebhookDesk desk;

    WebhookController(Webhooks webhooks, WebhookDesk desk) {
        this.webhooks = webhooks;
        this.desk = desk;
    }

    /**
     * A new webhook.
     *
     * @param secret what its messages are signed with; it is answered this once
     */
    record NewWebhookView(
            String id,
            String url,
            @Nullable String description,
            List<String> events,
            String secret,
            Instant createdAt) {
        static NewWebhookView of(WebhookDesk.Made made) {
            Webhook webhook = made.webhook();
            return new NewWebhookView(
                    webhook.id(),
                    webhook.url(),
                    webhook.description(),
                    webhook.events(),
                    made.secret().text(),
                    webhook.createdAt());
        }
    }

    /** A new secret, answered this once; the one before it signs too until then. */
    record RotatedView(String id, String secret, Instant oldSecretUntil) {
        static RotatedView of(WebhookDesk.Rotated rotated) {
            return new RotatedView(
                    rotated.webhook().id(), rotated.secret().text(), rotated.oldUntil());
        }
    }

    @Operation(
            summary = "Make a webhook",
            description =
                    "What it asks for is posted to its URL as Standard Webhooks says, at least once, each time with the same"
                            + " `webhook-id`. Its `secret` is answered this once. The types of events are job.succeeded, job.failed,"
                            + " job.cancelled, job.guarded, sweep.ended, study.ended, and fine_tuning.job.succeeded,"
                            + " fine_tuning.job.failed, fine_tuning.job.cancelled as clients of the OpenAI API know them.")
    @Example(
            request =
                    """
                    {"url": "https://example.com/palimpsest", "description": "the team's channel",
                     "events": ["job.failed", "job.guarded", "study.ended"]}""",
            response =
                    """
                    {"id": "webhook_06dgm0e1xhw4t9s8n1p3q5r7vw", "url": "https://example.com/palimpsest",
                     "description": "the team's channel", "events": ["job.failed", "job.guarded", "study.ended"],
                     "secret": "whsec_3q2+7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "created_at": "2026-01-01T00:00:00Z"}""")
    @ResponseStatus(HttpStatus.CREATED)
    @PostMapping
    ResponseEntity<NewWebhookView> make(@RequestBody WebhookRequest asked) {
        WebhookDesk.Made made = desk.make(asked);
        return ResponseEntity.created(URI.create("/api/v1/webhooks/" + made.webhook().id()))
                .eTag(WebhookDesk.tag(made.webhook()).text())
                .cacheControl(CacheControl.noStore())
                .body(NewWebhookView.of(made));
    }

    @Operation(summary = "List webhooks", description = "The newest first.")
    @Example(
            response =
                    "{\"data\": ["
                            + WEBHOOK
                            + "], \"has_more\": false, \"last_id\": \"webhook_06dgm0e1xhw4t9s8n1p3q5r7vw\"}")
    @GetMapping
    Page<WebhookView> list(@ParameterObject Paging paging) {
        return webhooks.page(paging).map(WebhookView::of);
    }

    @Operation(summary = "Read a webhook", description = "Its ETag is what If-Match wants.")
    @Example(response = WEBHOOK)
    @GetMapping("/{id}")
    ResponseEntity<WebhookView> get(@PathVariable String id) {
        return answer(webhooks.named(id));
    }

    @Operation(
            summary = "Edit a webhook",
            description =
                    "What is left out stays. `enabled` switches it off or on again; what happened while it was off is not told."
                            + " With If-Match only if nobody else edited it since.")
    @Example(request = "{\"events\": [\"job.failed\"], \"enabled\": true}", response = WEBHOOK)
    @PatchMapping("/{id}")
    ResponseEntity<WebhookView> edit(
            @PathVariable String id,
            @RequestBody WebhookEdit edit,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false)
                    @Nullable String ifMatch) {
        return answer(desk.edit(id, edit, ifMatch));
    }

    @Operation(
            summary = "Delete a webhook",
            description =
                    "With its deliveries; nothing more is sent. With If-Match only if nobody else edited it since.")
    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(
            @PathVariable String id,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false)
                    @Nullable String ifMatch) {
        desk.delete(id, ifMatch);
    }

    @Operation(
            summary = "Give a webhook a new secret",
            description =
                    "It is answered this once. For a day messages carry two signatures, by the new and by the old one, so that"
                            + " receivers can change over without losing any.")
    @Example(
            response =
                    """
                    {"id": "webhook_06dgm0e1xhw4t9s8n1p3q5r7vw", "secret": "whsec_3q2+7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                     "old_secret_until": "2026-01-02T00:00:00Z"}""")
    @PostMapping("/{id}/rotate")
    ResponseEntity<RotatedView> rotate(@PathVariable String id) {
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                .body(RotatedView.of(desk.rotate(id)));
    }

    private static ResponseEntity<WebhookView> answer(Webhook webhook) {
        return ResponseEntity.ok()
                .eTag(WebhookDesk.tag(webhook).text())
                .body(WebhookView.of(webhook));
    }
}
