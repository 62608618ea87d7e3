package dev.palimpsest.hub;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Speaks a hub's routes on this machine: large files lie at a second address, to which the first
 * redirects. What goes wrong is said beforehand.
 */
public final class HubServer implements AutoCloseable {
    private static final Pattern LISTING =
            Pattern.compile("/api/(models|datasets)/([^/]+/[^/]+)/revision/([^/]+)");
    private static final Pattern FILE =
            Pattern.compile("/((?:datasets/)?[^/]+/[^/]+)/resolve/([0-9a-f]{40})/(.+)");
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-");

    /** One request, and how many bytes of a file its answer had. */
    public record Request(
            String method,
            boolean atHub,
            String path,
            @Nullable String range,
            @Nullable String authorization,
            long bytes) {}

    /** An answer in place of the right one. */
    public record Instead(int status, Map<String, String> headers) {}

    private record Repository(Path folder, String commit) {}

    /** Where an answer's bytes end too early, and what happens there. */
    private record Stop(long after, @Nullable CountDownLatch until) {}

    private final HttpServer hub = server();
    private final HttpServer elsewhere = server();
    private volatile String nameOfElsewhere = "127.0.0.1";
    private final Map<String, Repository> repositories = new ConcurrentHashMap<>();
    private final Map<String, List<Instead>> instead = new ConcurrentHashMap<>();
    private final Map<String, Stop> stops = new ConcurrentHashMap<>();
    private final Map<String, Long> claimedSizes = new ConcurrentHashMap<>();
    private final Map<String, Path> damaged = new ConcurrentHashMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private volatile boolean namesOnly;
    private volatile boolean deafToRanges;
    private volatile @Nullable String token;

    private HubServer() {
        hub.createContext("/", exchange -> answer(exchange, true));
        elsewhere.createContext("/", exchange -> answer(exchange, false));
        hub.start();
        elsewhere.start();
    }

    public static HubServer start() {
        return new HubServer();
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + hub.getAddress().getPort());
    }

    /** Puts a dataset's repository there, at one commit. */
    public String publishDataset(String id, Path folder) {
        return publish("datasets/" + id, folder);
    }

    /** Puts a model's repository there, at one commit. */
    public String publish(String id, Path folder) {
        String commit = Sha256.of(id + folder).substring(0, 40);
        repositories.put(id, new Repository(folder, commit));
        return commit;
    }

    /** The next answers to a path that ends so. */
    public void answerInstead(String pathEnd, Instead... answers) {
        instead.put(pathEnd, new ArrayList<>(List.of(answers)));
    }

    /** The next answer with this file's bytes breaks off. */
    public void breakOnce(String file, long after) {
        stops.put(file, new Stop(after, null));
    }

    /** The next answer with this file's bytes stops until the latch opens, then breaks off. */
    public CountDownLatch stallOnce(String file, long after) {
        CountDownLatch until = new CountDownLatch(1);
        stops.put(file, new Stop(after, until));
        return until;
    }

    /** The bytes of this file come from another one. */
    public void serveInstead(String file, Path other) {
        damaged.put(file, other);
    }

    public void claimSize(String file, long bytes) {
        claimedSizes.put(file, bytes);
    }

    /** A listing without sizes and checksums. */
    public void listNamesOnly() {
        namesOnly = true;
    }

    /** Points to where the bytes lie by a name that only a test can look up. */
    public void nameElsewhere(String name) {
        nameOfElsewhere = name;
    }

    public void ignoreRanges() {
        deafToRanges = true;
    }

    public void requireToken(String required) {
        token = required;
    }

    public List<Request> requests() {
        return List.copyOf(requests);
    }

    /** Bytes of files of this name sent so far. */
    public long bytesOf(String file) {
        return requests.stream()
                .filter(request -> request.path().endsWith("/" + file))
                .mapToLong(Request::bytes)
                .sum();
    }

    /** Forgets the requests so far, and what should go wrong. */
    public void reset() {
        requests.clear();
        instead.clear();
        stops.clear();
        damaged.clear();
        claimedSizes.clear();
        namesOnly = false;
        nameOfElsewhere = "127.0.0.1";
        deafToRanges = false;
        token = null;
    }

    @Override
    public void close() {
        hub.stop(0);
        elsewhere.stop(0);
    }

    private void answer(HttpExchange exchange, boolean atHub) throws IOException {
        String path = exchange.getRequestURI().getRawPath();
        long[] sent = {0};
        try (exchange) {
            if (atHub) atHub(exchange, path, sent);
            else bytes(exchange, Path.of(decoded(path.substring(path.indexOf("/", 1)))), sent);
        } finally {
            requests.add(
                    new Request(
                            exchange.getRequestMethod(),
                            atHub,
                            path,
                            exchange.getRequestHeaders().getFirst("Range"),
                            exchange.getRequestHeaders().getFirst("Authorization"),
                            sent[0]));
        }
    }

    private void atHub(HttpExchange exchange, String path, long[] sent) throws IOException {
        for (Map.Entry<String, List<Instead>> entry : instead.entrySet())
            if (path.endsWith(entry.getKey()) && !entry.getValue().isEmpty()) {
                Instead now = entry.getValue().removeFirst();
                now.headers().forEach(exchange.getResponseHeaders()::set);
                exchange.sendResponseHeaders(now.status(), -1);
                return;
            }
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        if (token != null && !("Bearer " + token).equals(authorization)) {
            exchange.sendResponseHeaders(401, -1);
            return;
        }
        Matcher listing = LISTING.matcher(path);
        Matcher file = FILE.matcher(path);
        if (listing.matches())
            listing(
                    exchange,
                    (listing.group(1).equals("datasets") ? "datasets/" : "") + listing.group(2),
                    listing.group(3));
        else if (file.matches()) file(exchange, file.group(1), decoded(file.group(3)), sent);
        else exchange.sendResponseHeaders(404, -1);
    }

    private void listing(HttpExchange exchange, String id, String revision) throws IOException {
        Repository repository = repositories.get(id);
        if (repository == null) {
            error(exchange, 404, "RepoNotFound");
            return;
        }
        if (!revision.equals("main") && !revision.equals(repository.commit())) {
            error(exchange, 404, "RevisionNotFound");
            return;
        }
        ObjectNode answer = Binder.JSON.createObjectNode();
        answer.put("id", id).put("sha", repository.commit());
        ArrayNode siblings = answer.putArray("siblings");
        siblings.addObject().put("rfilename", "../../escape.json");
        siblings.addObject().put("rfilename", "onnx/model.onnx");
        try (Stream<Path> files = Files.walk(repository.folder())) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList())
                describe(siblings.addObject(), repository.folder(), file);
        }
        byte[] json = Binder.JSON.writeValueAsBytes(answer);
        exchange.sendResponseHeaders(200, json.length);
        exchange.getResponseBody().write(json);
    }

    private void describe(ObjectNode sibling, Path folder, Path file) throws IOException {
        String name = file.getFileName().toString();
        sibling.put("rfilename", folder.relativize(file).toString());
        if (namesOnly) return;
        long size = claimedSizes.getOrDefault(name, Files.size(file));
        sibling.put("size", size).put("blobId", sum(file, Checksum.Kind.GIT));
        if (isLarge(file))
            sibling.putObject("lfs")
                    .put("sha256", sum(file, Checksum.Kind.SHA256))
                    .put("size", size);
    }

    private void file(HttpExchange exchange, String id, String name, long[] sent)
            throws IOException {
        Repository repository = repositories.get(id);
        Path file = repository.folder().resolve(name);
        if (!Files.exists(file)) {
            error(exchange, 404, "EntryNotFound");
            return;
        }
        exchange.getResponseHeaders().set("X-Repo-Commit", repository.commit());
        if (!isLarge(file)) {
            exchange.getResponseHeaders().set("ETag", '"' + sum(file, Checksum.Kind.GIT) + '"');
            bytes(exchange, file, sent);
            return;
        }
        exchange.getResponseHeaders()
                .set("X-Linked-Etag", '"' + sum(file, Checksum.Kind.SHA256) + '"');
        exchange.getResponseHeaders().set("X-Linked-Size", "" + Files.size(file));
        exchange.getResponseHeaders()
                .set(
                        "Location",
                        "http://%s:%d/signed%s"
                                .formatted(
                                        nameOfElsewhere,
                                        elsewhere.getAddress().getPort(),
                                        file.toUri().getRawPath()));
        exchange.sendResponseHeaders(302, -1);
    }

    private void bytes(HttpExchange exchange, Path file, long[] sent) throws IOException {
        String name = file.getFileName().toString();
        byte[] all = Files.readAllBytes(damaged.getOrDefault(name, file));
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", "" + all.length);
            exchange.sendResponseHeaders(200, -1);
            return;
        }
        String range = exchange.getRequestHeaders().getFirst("Range");
        Matcher from = RANGE.matcher(range == null || deafToRanges ? "" : range);
        int start = 0;
        int status = 200;
        if (from.matches()) {
            start = Integer.parseInt(from.group(1));
            status = 206;
            exchange.getResponseHeaders()
                    .set(
                            "Content-Range",
                            "bytes %d-%d/%d".formatted(start, all.length - 1, all.length));
        }
        if (start >= all.length) {
            exchange.sendResponseHeaders(416, -1);
            return;
        }
        exchange.sendResponseHeaders(status, all.length - start);
        Stop stop = stops.remove(name);
        int count = stop == null ? all.length - start : (int) stop.after();
        exchange.getResponseBody().write(all, start, count);
        exchange.getResponseBody().flush();
        sent[0] = count;
        if (stop != null && stop.until() != null) await(stop.until());
        if (stop != null) throw new IOException("broken off, as asked");
    }

    private static void await(CountDownLatch until) throws IOException {
        try {
            until.await();
        } catch (InterruptedException stopped) {
            throw new IOException(stopped);
        }
    }

    private static void error(HttpExchange exchange, int status, String code) throws IOException {
        exchange.getResponseHeaders().set("X-Error-Code", code);
        exchange.sendResponseHeaders(status, -1);
    }

    private static boolean isLarge(Path file) {
        return file.toString().endsWith(".safetensors") || file.toString().endsWith(".parquet");
    }

    private static String decoded(String path) {
        return URI.create(path).getPath();
    }

    private static String sum(Path file, Checksum.Kind kind) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            return new Checksum(kind, "").of(channel).hex();
        }
    }

    private static HttpServer server() {
        try {
            HttpServer server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setExecutor(
                    Executors.newThreadPerTaskExecutor(
                            Thread.ofPlatform().daemon().name("hub-", 0).factory()));
            return server;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
