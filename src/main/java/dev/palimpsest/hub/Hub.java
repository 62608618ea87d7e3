package dev.palimpsest.hub;

import dev.palimpsest.egress.Egress;
import dev.palimpsest.spec.Binder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;
import okhttp3.Headers;
import okhttp3.Response;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** A Hugging Face hub: what a revision holds, and its files by way of the cache. */
public final class Hub {
    private static final Pattern NAME =
            Pattern.compile("[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,94}[A-Za-z0-9_])?");
    private static final Pattern REVISION = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.+/-]{0,254}");
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
    private static final int LONGEST_LISTING = 64 << 20;
    private static final long LARGEST_FILE = 1L << 50; // sums of such are still numbers
    private static final Duration OTHERS_TURN = Duration.ofSeconds(1);

    private final HubSettings settings;
    private final Requests requests;
    private final Cache cache;
    private final Patience patience;
    private final Set<String> busy = ConcurrentHashMap.newKeySet();

    Hub(HubSettings settings, Egress egress, Path cache, Patience patience) {
        this.settings = settings;
        this.requests = new Requests(settings, egress, patience.clock());
        this.cache = new Cache(cache);
        this.patience = patience;
    }

    /** Whether it could be a repository's id: a name, or an owner and a name. */
    public static boolean isId(String id) {
        String[] parts = id.split("/", -1);
        if (parts.length > 2 || id.contains("..") || id.contains("--")) return false;
        for (String part : parts) if (!NAME.matcher(part).matches()) return false;
        return true;
    }

    /** Whether it could be a branch, a tag or a commit. */
    public static boolean isRevision(String revision) {
        return REVISION.matcher(revision).matches()
                && !revision.contains("..")
                && !revision.contains("//")
                && !revision.endsWith("/");
    }

    /** Finds the commit that a revision stands for now, and the files there. */
    public Snapshot snapshot(Repository repository, String revision)
            throws IOException, InterruptedException {
        Requests.Subject subject = new Requests.Subject(repository, revision, null);
        byte[] json = patience.with(_ -> listing(repository.listing(revision), subject));
        try {
            return snapshot(repository, Binder.JSON.readTree(json));
        } catch (JacksonException _) {
            throw new HubRefused(
                    "%s does not answer as a hub does; check palimpsest.hub.endpoint"
                            .formatted(settings.endpoint()));
        }
    }

    private byte[] listing(String path, Requests.Subject subject)
            throws IOException, InterruptedException {
        try (Response answer = requests.get(path, null, subject).last()) {
            byte[] json = answer.body().byteStream().readNBytes(LONGEST_LISTING + 1);
            if (json.length > LONGEST_LISTING)
                throw new HubRefused(
                        "%s lists more than %,d bytes; check palimpsest.hub.endpoint"
                                .formatted(settings.endpoint(), LONGEST_LISTING));
            return json;
        }
    }

    private Snapshot snapshot(Repository repository, JsonNode listing) {
        String commit = listing.path("sha").asString("");
        if (!COMMIT.matcher(commit).matches())
            throw new HubRefused(
                    "%s names no commit for %s; check palimpsest.hub.endpoint"
                            .formatted(settings.endpoint(), repository));
        LinkedHashMap<String, Optional<RemoteFile>> files = new LinkedHashMap<>();
        for (JsonNode sibling : listing.path("siblings")) {
            String name = sibling.path("rfilename").asString("");
            if (repository.lists(name)) files.put(name, described(name, sibling));
        }
        return new Snapshot(repository, commit, files);
    }

    private static Optional<RemoteFile> described(String name, JsonNode sibling) {
        JsonNode lfs = sibling.path("lfs");
        JsonNode size = lfs.has("size") ? lfs.path("size") : sibling.path("size");
        String hex = lfs.path("sha256").asString(sibling.path("blobId").asString(""));
        if (!isSize(size)) return Optional.empty();
        return Checksum.of(hex).map(sum -> new RemoteFile(name, size.longValue(), sum));
    }

    /**
     * A file of the snapshot with its size and checksum, or nothing if it has none of that name.
     */
    public Optional<RemoteFile> file(Snapshot snapshot, String name)
            throws IOException, InterruptedException {
        if (!snapshot.names().contains(name)) return Optional.empty();
        Optional<RemoteFile> described = snapshot.described(name);
        return described.isPresent() ? described : Optional.of(asked(snapshot, name));
    }

    /** A mirror may list names only; then each file's own headers say the rest. */
    private RemoteFile asked(Snapshot snapshot, String name)
            throws IOException, InterruptedException {
        Requests.Subject subject =
                new Requests.Subject(snapshot.repository(), snapshot.commit(), name);
        String path = snapshot.repository().file(snapshot.commit(), name);
        Headers headers = patience.with(_ -> requests.head(path, subject));
        String tag =
                first(headers, "X-Linked-Etag", "ETag").replaceFirst("^W/", "").replace("\"", "");
        String size = first(headers, "X-Linked-Size", "Content-Length");
        Optional<Checksum> checksum = Checksum.of(tag);
        if (checksum.isEmpty() || !size.matches("\\d{1,15}"))
            throw new HubRefused(
                    "%s names no size and checksum for %s of %s; check palimpsest.hub.endpoint"
                            .formatted(settings.endpoint(), name, snapshot.repository()));
        return new RemoteFile(name, Long.parseLong(size), checksum.get());
    }

    private static String first(Headers headers, String name, String otherwise) {
        String first = headers.get(name);
        return first == null ? Objects.requireNonNullElse(headers.get(otherwise), "") : first;
    }

    /** How many bytes of a file are still to come over the network. */
    public long missing(RemoteFile file) throws IOException {
        return file.size() - cache.bytesOf(file);
    }

    /**
     * The file's path in the cache, fetched first as far as it is not there; an interrupt ends it.
     *
     * @param moved told of bytes that are there, and of bytes lost again as a negative number
     */
    public Path fetch(Snapshot snapshot, RemoteFile file, LongConsumer moved)
            throws IOException, InterruptedException {
        while (true) {
            Optional<Path> whole = cache.whole(file);
            if (whole.isPresent()) {
                moved.accept(file.size());
                return whole.get();
            }
            if (busy.add(file.checksum().fileName())) {
                try {
                    if (downloaded(snapshot, file, moved)) return cache.place(file);
                } finally {
                    busy.remove(file.checksum().fileName());
                }
            }
            patience.pause().of(OTHERS_TURN);
        }
    }

    /** Does nothing while another process does it. */
    private boolean downloaded(Snapshot snapshot, RemoteFile file, LongConsumer moved)
            throws IOException, InterruptedException {
        try (FileChannel begun = cache.begun(file);
                FileLock lock = begun.tryLock()) {
            if (lock == null) return false;
            if (Files.exists(cache.place(file))) { // another was faster
                cache.forgetPartial(file);
                return false;
            }
            new Download(requests, settings, snapshot, file, begun, moved).complete(patience);
            begun.force(true);
            var _ = cache.completed(file);
            return true;
        } catch (OverlappingFileLockException _) {
            return false;
        }
    }

    private static boolean isSize(JsonNode size) {
        return size.isIntegralNumber()
                && size.canConvertToLong()
                && size.longValue() >= 0
                && size.longValue() <= LARGEST_FILE;
    }
}
