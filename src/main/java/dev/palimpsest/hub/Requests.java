package dev.palimpsest.hub;

import dev.palimpsest.egress.Egress;
import dev.palimpsest.egress.Refused;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Asks the hub, follows where it points, and puts a refusal into one plain sentence. */
final class Requests {
    private static final int MOST_REDIRECTS = 5;
    private static final Duration CONNECT = Duration.ofSeconds(30);

    private final HubSettings settings;
    private final Egress egress;
    private final Clock clock;
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(CONNECT)
                    .build();

    Requests(HubSettings settings, Egress egress, Clock clock) {
        this.settings = settings;
        this.egress = egress;
        this.clock = clock;
    }

    /** What is asked for, in the words of a refusal. */
    record Subject(Repository repository, String revision, @Nullable String file) {}

    /** The last answer, and the headers of the hub's own, which may have pointed elsewhere. */
    record Answer<T>(HttpResponse<T> last, HttpHeaders hub) {}

    /** An answer of 200, 206 or 416; or {@link HubRefused}, {@link TryLater}, IOException. */
    <T> Answer<T> get(
            String path, @Nullable String range, HttpResponse.BodyHandler<T> body, Subject subject)
            throws IOException, InterruptedException {
        return send("GET", path, range, body, subject);
    }

    /** The headers alone, wherever the bytes lie. */
    HttpHeaders head(String path, Subject subject) throws IOException, InterruptedException {
        return send("HEAD", path, null, HttpResponse.BodyHandlers.discarding(), subject).hub();
    }

    private <T> Answer<T> send(
            String method,
            String path,
            @Nullable String range,
            HttpResponse.BodyHandler<T> body,
            Subject subject)
            throws IOException, InterruptedException {
        URI uri = URI.create(settings.endpoint() + path);
        HttpHeaders hub = null;
        for (int i = 0; i <= MOST_REDIRECTS; i++) {
            HttpResponse<T> response = once(method, uri, range, body);
            if (hub == null || isHub(uri)) hub = response.headers();
            // where the bytes lie may answer to GET only
            if (method.equals("HEAD") && hub.firstValue("X-Linked-Etag").isPresent())
                return new Answer<>(response, hub);
            Optional<String> location = response.headers().firstValue("Location");
            if (response.statusCode() / 100 != 3 || location.isEmpty()) {
                check(response, subject);
                return new Answer<>(response, hub);
            }
            discard(response);
            uri = followed(uri, location.get());
            requireNoNearer(uri);
        }
        throw new IOException("%s redirects without end".formatted(settings.endpoint() + path));
    }

    private <T> HttpResponse<T> once(
            String method, URI uri, @Nullable String range, HttpResponse.BodyHandler<T> body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri)
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .timeout(settings.patience())
                        .header("User-Agent", "palimpsest");
        if (range != null) request.header("Range", range);
        if (isHub(uri))
            settings.bearer()
                    .ifPresent(token -> request.header("Authorization", "Bearer " + token));
        try {
            return http.send(request.build(), body);
        } catch (IOException broken) {
            throw new IOException(
                    "%s cannot be reached (%s); check palimpsest.hub.endpoint and the network"
                            .formatted(origin(uri), reason(broken)),
                    broken);
        }
    }

    private boolean isHub(URI uri) {
        return origin(uri).equals(origin(settings.endpoint()));
    }

    static String origin(URI uri) {
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        int port = uri.getPort() >= 0 ? uri.getPort() : scheme.equals("https") ? 443 : 80;
        return "%s://%s:%d"
                .formatted(scheme, String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT), port);
    }

    private static URI followed(URI from, String location) throws IOException {
        URI to;
        try {
            to = from.resolve(location);
        } catch (IllegalArgumentException _) {
            throw new IOException(
                    "%s points to '%s', which is no address".formatted(from, location));
        }
        String scheme = String.valueOf(to.getScheme());
        boolean kept = scheme.equals(from.getScheme()) || scheme.equals("https");
        if (!kept || to.getHost() == null)
            throw new HubRefused(
                    "%s points to %s, which is less safe; check palimpsest.hub.endpoint"
                            .formatted(origin(from), to));
        return to;
    }

    /**
     * A public hub sends nobody into the operator's own network; one that stands there itself may.
     * What is looked up here is what Java connects to: it keeps a name's addresses for 30 seconds.
     */
    private void requireNoNearer(URI to) throws IOException {
        if (isHub(to) || !egress.isPublic(settings.endpoint())) return;
        try {
            var _ = egress.addresses(to);
        } catch (Refused refused) {
            throw new HubRefused(
                    "%s points elsewhere, and %s; check palimpsest.hub.endpoint"
                            .formatted(settings.endpoint(), refused.getMessage()));
        }
    }

    private void check(HttpResponse<?> response, Subject subject) throws IOException {
        int status = response.statusCode();
        if (status == 200 || status == 206 || status == 416) return;
        discard(response);
        if (status == 429 || status / 100 == 5 || status == 408)
            throw new TryLater(
                    "%s answers %d for %s%s"
                            .formatted(
                                    origin(response.uri()),
                                    status,
                                    subject.repository().id(),
                                    status == 429
                                            ? ", too many requests; palimpsest.hub.token raises the limit"
                                            : ""),
                    AskedWait.in(response.headers(), clock));
        throw new HubRefused(Refusals.sentence(response, isHub(response.uri()), settings, subject));
    }

    /** A body that nobody reads would hold its connection. */
    private static void discard(HttpResponse<?> response) throws IOException {
        if (response.body() instanceof Chunks chunks) chunks.close();
    }

    private static String reason(IOException broken) {
        String message = broken.getMessage();
        return message == null ? broken.getClass().getSimpleName() : message;
    }
}
