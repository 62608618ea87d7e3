package dev.palimpsest.webhooks;

import dev.palimpsest.egress.Egress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import okhttp3.ConnectionPool;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.springframework.stereotype.Component;

/**
 * Posts one message as Standard Webhooks says. It goes to the addresses that were checked, follows
 * nobody elsewhere, reads no more than the answer's head, and ends within a bound.
 */
@Component
class Post {
    private static final Duration LONGEST = Duration.ofSeconds(15);
    private static final MediaType JSON = MediaType.get("application/json");

    private final Egress egress;
    private final Clock clock;
    private final OkHttpClient http =
            new OkHttpClient.Builder()
                    .callTimeout(LONGEST)
                    .protocols(List.of(Protocol.HTTP_1_1))
                    .followRedirects(false)
                    .followSslRedirects(false)
                    .proxy(Proxy.NO_PROXY) // it would look up the name once more
                    .connectionPool(new ConnectionPool(0, 1, TimeUnit.SECONDS))
                    .build();

    Post(Egress egress, Clock clock) {
        this.egress = egress;
        this.clock = clock;
    }

    /**
     * @param message its id, the same each time
     */
    Attempt send(String url, String message, String body, List<SigningSecret> secrets) {
        Instant now = clock.instant();
        long seconds = now.getEpochSecond();
        String signatures =
                secrets.stream()
                        .map(secret -> secret.signature(message, seconds, body))
                        .collect(Collectors.joining(" "));
        try {
            List<InetAddress> checked = egress.addresses(URI.create(url));
            Request request =
                    new Request.Builder()
                            .url(url)
                            .header("User-Agent", "palimpsest")
                            .header("webhook-id", message)
                            .header("webhook-timestamp", Long.toString(seconds))
                            .header("webhook-signature", signatures)
                            .post(RequestBody.create(body.getBytes(StandardCharsets.UTF_8), JSON))
                            .build();
            OkHttpClient pinned = http.newBuilder().dns(_ -> checked).build();
            try (Response answer = pinned.newCall(request).execute()) {
                return new Attempt(now, answer.code(), null, since(now));
            }
        } catch (IOException failed) {
            String why = failed.getMessage();
            String said = why == null ? failed.getClass().getSimpleName() : why;
            return new Attempt(now, null, said, since(now));
        }
    }

    private long since(Instant then) {
        return Duration.between(then, clock.instant()).toMillis();
    }
}
