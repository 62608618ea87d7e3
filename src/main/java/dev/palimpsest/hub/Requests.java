package dev.palimpsest.hub;

import dev.palimpsest.egress.Egress;
import dev.palimpsest.egress.Refused;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Dispatcher;
import okhttp3.Headers;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** Asks the hub, follows where it points, and puts a refusal into one plain sentence. */
final class Requests {
    private static final int MOST_REDIRECTS = 5;
    private static final Duration CONNECT = Duration.ofSeconds(30);
    private static final ThreadFactory THREADS =
            Thread.ofPlatform().daemon().name("hub-", 0).factory();

    private final HubSettings settings;
    private final Egress egress;
    private final Clock clock;
    private final OkHttpClient http;

    Requests(HubSettings settings, Egress egress, Clock clock) {
        this.settings = settings;
        this.egress = egress;
        this.clock = clock;
        this.http =
                new OkHttpClient.Builder()
                        .dispatcher(new Dispatcher(Executors.newCachedThreadPool(THREADS)))
                        .protocols(List.of(Protocol.HTTP_1_1))
                        .followRedirects(false)
                        .followSslRedirects(false)
                        .connectTimeout(CONNECT)
                        .readTimeout(settings.patience())
                        .build();
    }

    /** What is asked for, in the words of a refusal. */
    record Subject(Repository repository, String revision, @Nullable String file) {}

    /**
     * The last answer, to be closed, and the headers of the hub's own, which may have pointed
     * elsewhere.
     */
    record Answer(Call call, Response last, Headers hub) {}

    /** An answer of 200, 206 or 416; or {@link HubRefused}, {@link TryLater}, IOException. */
    Answer get(String path, @Nullable String range, Subject subject)
            throws IOException, InterruptedException {
        return send("GET", path, range, subject);
    }

    /** The headers alone, wherever the bytes lie. */
    Headers head(String path, Subject subject) throws IOException, InterruptedException {
        Answer answer = send("HEAD", path, null, subject);
        answer.last().close();
        return answer.hub();
    }

    private Answer send(String method, String path, @Nullable String range, Subject subject)
            throws IOException, InterruptedException {
        URI uri = URI.create(settings.endpoint() + path);
        OkHttpClient client = http;
        Headers hub = null;
        for (int i = 0; i <= MOST_REDIRECTS; i++) {
            Call call = client.newCall(request(method, uri, range));
            Response response = answered(call, uri);
            if (hub == null || isHub(uri)) hub = response.headers();
            // where the bytes lie may answer to GET only
            if (method.equals("HEAD") && hub.get("X-Linked-Etag") != null)
                return new Answer(call, response, hub);
            String location = response.header("Location");
            if (response.code() / 100 != 3 || location == null) {
                check(response, subject);
                return new Answer(call, response, hub);
            }
            response.close();
            uri = followed(uri, location);
            client = noNearer(uri);
        }
        throw new IOException("%s redirects without end".formatted(settings.endpoint() + path));
    }

    private Request request(String method, URI uri, @Nullable String range) throws IOException {
        Request.Builder request;
        try {
            request = new Request.Builder().url(uri.toString());
        } catch (IllegalArgumentException odd) {
            throw new IOException("%s is no address: %s".formatted(uri, odd.getMessage()), odd);
        }
        request.method(method, null)
                .header("User-Agent", "palimpsest")
                .header("Accept-Encoding", "identity"); // bytes are counted
        if (range != null) request.header("Range", range);
        if (isHub(uri))
            settings.bearer()
                    .ifPresent(token -> request.header("Authorization", "Bearer " + token));
        return request.build();
    }

    /** The head of the answer; an interrupt ends the wait for it. */
    private static Response answered(Call call, URI uri) throws IOException, InterruptedException {
        CompletableFuture<Response> answer = new CompletableFuture<>();
        call.enqueue(
                new Callback() {
                    @Override
                    public void onResponse(Call its, Response response) {
                        if (!answer.complete(response)) response.close();
                    }

                    @Override
                    public void onFailure(Call its, IOException broken) {
                        answer.completeExceptionally(broken);
                    }
                });
        try {
            return answer.get();
        } catch (InterruptedException stopped) {
            answer.cancel(false);
            call.cancel();
            throw stopped;
        } catch (ExecutionException failed) {
            throw new IOException(
                    "%s cannot be reached (%s); check palimpsest.hub.endpoint and the network"
                            .formatted(origin(uri), reason(failed.getCause())),
                    failed);
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
     * Connected to are the addresses that were looked at, whatever the name leads to by then.
     */
    private OkHttpClient noNearer(URI to) throws IOException {
        if (isHub(to) || !egress.isPublic(settings.endpoint())) return http;
        try {
            List<InetAddress> checked = egress.addresses(to);
            return http.newBuilder().dns(_ -> checked).build();
        } catch (Refused refused) {
            throw new HubRefused(
                    "%s points elsewhere, and %s; check palimpsest.hub.endpoint"
                            .formatted(settings.endpoint(), refused.getMessage()));
        }
    }

    private void check(Response response, Subject subject) throws IOException {
        int status = response.code();
        if (status == 200 || status == 206 || status == 416) return;
        response.close();
        URI from = response.request().url().uri();
        if (status == 429 || status / 100 == 5 || status == 408)
            throw new TryLater(
                    "%s answers %d for %s%s"
                            .formatted(
                                    origin(from),
                                    status,
                                    subject.repository().id(),
                                    status == 429
                                            ? ", too many requests; palimpsest.hub.token raises the limit"
                                            : ""),
                    AskedWait.in(response.headers(), clock));
        throw new HubRefused(Refusals.sentence(response, isHub(from), settings, subject));
    }

    private static String reason(@Nullable Throwable broken) {
        if (broken == null) return "unknown";
        String message = broken.getMessage();
        return message == null ? broken.getClass().getSimpleName() : message;
    }
}
