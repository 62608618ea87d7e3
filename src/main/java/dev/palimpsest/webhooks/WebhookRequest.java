package dev.palimpsest.webhooks;

import dev.palimpsest.egress.Egress;
import dev.palimpsest.spec.Faults;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * A webhook as it is asked for.
 *
 * @param events the types of what is to be told
 */
record WebhookRequest(String url, @Nullable String description, List<String> events) {
    private static final int LONGEST_DESCRIPTION = 1000;

    WebhookRequest {
        events = List.copyOf(events);
        Faults faults = new Faults();
        checkUrl(url, faults);
        checkDescription(description, faults);
        checkEvents(events, faults);
        faults.raise();
    }

    static void checkUrl(String url, Faults faults) {
        Egress.fault(url)
                .or(() -> HttpUrl.parse(url) == null ? Optional.of("is no URL") : Optional.empty())
                .ifPresent(fault -> faults.refuse("/url", fault));
    }

    static void checkDescription(@Nullable String description, Faults faults) {
        faults.require(
                description == null || description.length() <= LONGEST_DESCRIPTION,
                "/description",
                "must have at most %d characters".formatted(LONGEST_DESCRIPTION));
    }

    static void checkEvents(List<String> events, Faults faults) {
        faults.require(!events.isEmpty(), "/events", "must name at least one type of event")
                .require(
                        new HashSet<>(events).size() == events.size(),
                        "/events",
                        "must name each type only once");
        for (int i = 0; i < events.size(); i++)
            faults.require(
                    EventTypes.CHOICES.contains(events.get(i)),
                    "/events/" + i,
                    "must be one of %s, got %s"
                            .formatted(String.join(", ", EventTypes.CHOICES), events.get(i)));
    }
}
