package dev.palimpsest.webhooks;

import dev.palimpsest.spec.Faults;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What may change about a webhook; what is left out stays. */
record WebhookEdit(
        @Nullable String url,
        @Nullable String description,
        @Nullable List<String> events,
        @Nullable Boolean enabled) {
    WebhookEdit {
        Faults faults = new Faults();
        if (url != null) WebhookRequest.checkUrl(url, faults);
        WebhookRequest.checkDescription(description, faults);
        if (events != null) WebhookRequest.checkEvents(events, faults);
        faults.raise();
    }
}
