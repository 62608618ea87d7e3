package dev.palimpsest.webhooks;

import dev.palimpsest.web.Example;
import dev.palimpsest.web.Page;
import dev.palimpsest.web.Paging;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The HTTP door of what webhooks were sent. */
@Tag(name = "Webhooks")
@RestController
@RequestMapping("/api/v1/webhooks/{id}")
class DeliveryController {
    private static final String DELIVERY =
            """
            {"id": "dlv_06dgm0e1xhw4t9s8n1p3q5r7vx", "webhook": "webhook_06dgm0e1xhw4t9s8n1p3q5r7vw", "type": "job.failed",
             "status": "waiting", "reason": null,
             "attempts": [{"number": 1, "at": "2026-01-01T00:00:00Z", "status": 503, "error": null, "duration_milliseconds": 41}],
             "next_attempt_at": "2026-01-01T00:00:09Z", "created_at": "2026-01-01T00:00:00Z",
             "event": {"id": "evt_06dgm0e1xhw4t9s8n1p3q5r7vy", "object": "event", "type": "job.failed", "created_at": 1767225600,
                       "data": {"id": "job_06dgm0e1xhw4t9s8n1p3q5r7vz", "experiment": "exp_06dgm0e1xhw4t9s8n1p3q5r7w0", "name": "lora",
                                "sweep": null, "status": "failed", "error": "the loss is no number at step 12",
                                "ended_at": "2026-01-01T00:00:00Z"}}}""";

    private static final String FIRST =
            """
            {"id": "dlv_06dgm0e1xhw4t9s8n1p3q5r7vx", "webhook": "webhook_06dgm0e1xhw4t9s8n1p3q5r7vw", "type": "webhook.test",
             "status": "waiting", "reason": null, "attempts": [],
             "next_attempt_at": "2026-01-01T00:00:00Z", "created_at": "2026-01-01T00:00:00Z",
             "event": {"id": "evt_06dgm0e1xhw4t9s8n1p3q5r7vy", "object": "event", "type": "webhook.test", "created_at": 1767225600,
                       "data": {"id": "webhook_06dgm0e1xhw4t9s8n1p3q5r7vw"}}}""";

    private final Webhooks webhooks;
    private final Deliveries deliveries;
    private final DeliveryDesk desk;

    DeliveryController(Webhooks webhooks, Deliveries deliveries, DeliveryDesk desk) {
        this.webhooks = webhooks;
        this.deliveries = deliveries;
        this.desk = desk;
    }

    @Operation(
            summary = "Send a webhook a test event",
            description =
                    "Of the type webhook.test, which only comes so; the deliveries tell what came of it.")
    @Example(response = FIRST)
    @ResponseStatus(HttpStatus.ACCEPTED)
    @PostMapping("/test")
    DeliveryView test(@PathVariable String id) {
        return DeliveryView.of(desk.test(id));
    }

    @Operation(
            summary = "List what a webhook was sent",
            description =
                    "The newest first, each with its attempts, for 30 days. A delivery is `waiting` for its next attempt, `delivered`"
                            + " by an answer of 2xx, or `given_up` after ten attempts in about 27 hours.")
    @Example(
            response =
                    "{\"data\": ["
                            + DELIVERY
                            + "], \"has_more\": false, \"last_id\": \"dlv_06dgm0e1xhw4t9s8n1p3q5r7vx\"}")
    @GetMapping("/deliveries")
    Page<DeliveryView> list(@PathVariable String id, @ParameterObject Paging paging) {
        webhooks.named(id);
        return deliveries.page(id, paging).map(DeliveryView::of);
    }

    @Operation(
            summary = "Send a delivery again",
            description =
                    "At once, with all attempts, whatever came of it before; under the same `webhook-id`.")
    @Example(response = DELIVERY)
    @ResponseStatus(HttpStatus.ACCEPTED)
    @PostMapping("/deliveries/{delivery}/redeliver")
    DeliveryView redeliver(@PathVariable String id, @PathVariable String delivery) {
        return DeliveryView.of(desk.redeliver(id, delivery));
    }
}
