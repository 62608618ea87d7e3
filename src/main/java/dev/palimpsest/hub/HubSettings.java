package dev.palimpsest.hub;

import dev.palimpsest.home.CannotStart;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which hub models and datasets come from.
 *
 * @param endpoint its address, without a slash at the end
 * @param token who asks; sent to the endpoint's host and no other
 * @param patience how long a connection may be silent before it counts as broken
 */
@ConfigurationProperties("palimpsest.hub")
record HubSettings(
        @DefaultValue("https://huggingface.co") URI endpoint,
        @Nullable String token,
        @DefaultValue("60s") Duration patience) {
    HubSettings {
        String text = endpoint.toString();
        String scheme = String.valueOf(endpoint.getScheme()).toLowerCase(Locale.ROOT);
        if (endpoint.getHost() == null || !(scheme.equals("https") || scheme.equals("http")))
            throw new CannotStart(
                    "palimpsest.hub.endpoint must be an address such as https://huggingface.co, got '%s'"
                            .formatted(text));
        if (text.endsWith("/")) endpoint = URI.create(text.substring(0, text.length() - 1));
    }

    Optional<String> bearer() {
        return Optional.ofNullable(token).filter(given -> !given.isBlank());
    }

    /** The token is nobody's business, least of all a log's. */
    @Override
    public String toString() {
        return "%s (%s token)".formatted(endpoint, bearer().isPresent() ? "with a" : "without");
    }
}
