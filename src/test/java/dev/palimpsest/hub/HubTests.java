package dev.palimpsest.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palimpsest.SettableClock;
import dev.palimpsest.egress.Egress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.FileSystemUtils;

class HubTests {
    private static final Path TINY = Path.of("src/test/resources/oracles/llama_tied/model");
    private static final String ID = "team/tiny";
    private static final String WEIGHTS = "model.safetensors";

    @TempDir Path folder;
    @TempDir Path cache;
    private final HubServer server = HubServer.start();
    private final List<Duration> pauses = new ArrayList<>();
    private long moved;

    @BeforeEach
    void publish() throws IOException {
        FileSystemUtils.copyRecursively(TINY, folder);
        server.publish(ID, folder);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aFileComesFromWhereTheHubPointsAndIsKept() throws Exception {
        Path file = fetch(WEIGHTS);

        assertThat(file).hasSameBinaryContentAs(folder.resolve(WEIGHTS)).hasParent(cache);
        assertThat(moved).isEqualTo(Files.size(file));
        assertThat(fetch("config.json")).hasSameBinaryContentAs(folder.resolve("config.json"));
    }

    @Test
    void whatIsKeptIsNotFetchedAgain() throws Exception {
        fetch(WEIGHTS);
        fetch(WEIGHTS);

        assertThat(server.bytesOf(WEIGHTS)).isEqualTo(Files.size(folder.resolve(WEIGHTS)));
        assertThat(moved).isEqualTo(2 * Files.size(folder.resolve(WEIGHTS)));
    }

    @Test
    void whatIsKeptAndWasDamagedIsFetchedAgain() throws Exception {
        Path kept = fetch(WEIGHTS);
        byte[] bytes = Files.readAllBytes(kept);
        bytes[1000] ^= 1;
        Files.write(kept, bytes);

        assertThat(fetch(WEIGHTS)).hasSameBinaryContentAs(folder.resolve(WEIGHTS));
    }

    @Test
    void aBrokenConnectionGoesOnWhereItBroke() throws Exception {
        server.breakOnce(WEIGHTS, 100_000);

        assertThat(fetch(WEIGHTS)).hasSameBinaryContentAs(folder.resolve(WEIGHTS));

        assertThat(server.bytesOf(WEIGHTS)).isEqualTo(Files.size(folder.resolve(WEIGHTS)));
        assertThat(server.requests().getLast().range()).isEqualTo("bytes=100000-");
        assertThat(pauses).containsExactly(Duration.ofSeconds(1));
        assertThat(moved).isEqualTo(Files.size(folder.resolve(WEIGHTS)));
    }

    @Test
    void aSilentConnectionCountsAsBroken() throws Exception {
        CountDownLatch never = server.stallOnce(WEIGHTS, 100_000);

        // long enough for an answer to begin on a busy machine: it cannot succeed by chance
        assertThat(fetch(hub(null, Duration.ofSeconds(2)), WEIGHTS))
                .hasSameBinaryContentAs(folder.resolve(WEIGHTS));

        assertThat(server.requests())
                .extracting(HubServer.Request::range)
                .contains("bytes=100000-");
        never.countDown();
    }

    @Test
    void aServerThatKnowsNoRangesSendsAllOfItAgain() throws Exception {
        server.breakOnce(WEIGHTS, 100_000);
        server.ignoreRanges();

        assertThat(fetch(WEIGHTS)).hasSameBinaryContentAs(folder.resolve(WEIGHTS));

        assertThat(moved).isEqualTo(Files.size(folder.resolve(WEIGHTS)));
    }

    @Test
    void aDamagedBeginningIsFetchedAgain() throws Exception {
        Snapshot snapshot = hub(null).snapshot(Repository.ofModel(ID), "main");
        RemoteFile file = hub(null).file(snapshot, WEIGHTS).orElseThrow();
        Files.write(new Cache(cache).partial(file), new byte[5000]);

        assertThat(fetch(WEIGHTS)).hasSameBinaryContentAs(folder.resolve(WEIGHTS));

        assertThat(moved).isEqualTo(Files.size(folder.resolve(WEIGHTS)));
    }

    @Test
    void aWrongChecksumIsRefusedAndNothingOfItKept() throws Exception {
        byte[] bytes = Files.readAllBytes(folder.resolve(WEIGHTS));
        bytes[1000] ^= 1;
        server.serveInstead(WEIGHTS, Files.write(cache.resolve("damaged"), bytes));

        assertThatThrownBy(() -> fetch(WEIGHTS))
                .isInstanceOf(HubRefused.class)
                .hasMessageMatching(
                        "model.safetensors of model 'team/tiny' came with the sha256 \\w{64}, but the hub names the sha256 \\w{64}; .*");

        Snapshot snapshot = hub(null).snapshot(Repository.ofModel(ID), "main");
        RemoteFile file = hub(null).file(snapshot, WEIGHTS).orElseThrow();
        assertThat(hub(null).missing(file)).isEqualTo(file.size());
    }

    @Test
    void aPublicHubSendsNobodyInside() throws Exception {
        Egress.Names names =
                host -> InetAddress.getAllByName(host.equals("localhost") ? "8.8.8.8" : host);
        HubSettings settings =
                new HubSettings(
                        URI.create(server.endpoint().toString().replace("127.0.0.1", "localhost")),
                        null,
                        Duration.ofMinutes(1));
        SettableClock clock = new SettableClock(Instant.parse("2026-01-01T00:00:00Z"));
        Hub hub =
                new Hub(
                        settings,
                        new Egress(List.of(), names),
                        cache,
                        new Patience(this::pause, clock));

        assertThat(fetch(hub, "config.json")).hasSameBinaryContentAs(folder.resolve("config.json"));
        assertThatThrownBy(() -> fetch(hub, WEIGHTS))
                .isInstanceOf(HubRefused.class)
                .hasMessageContaining("points elsewhere, and http://127.0.0.1:");
        assertThat(server.requests()).allMatch(HubServer.Request::atHub);
    }

    @Test
    void whereAPublicHubPointsIsReachedAtTheAddressThatWasLookedAt() throws Exception {
        Queue<String> answers = new ArrayDeque<>(List.of("127.0.0.1", "10.0.0.1"));
        Egress.Names names =
                host ->
                        InetAddress.getAllByName(
                                host.equals("localhost") ? "8.8.8.8" : answers.remove());
        server.nameElsewhere("files.example"); // which nothing but this test can look up
        Hub hub =
                new Hub(
                        new HubSettings(
                                URI.create(
                                        server.endpoint()
                                                .toString()
                                                .replace("127.0.0.1", "localhost")),
                                null,
                                Duration.ofMinutes(1)),
                        new Egress(List.of("127.0.0.1/32"), names),
                        cache,
                        new Patience(
                                this::pause,
                                new SettableClock(Instant.parse("2026-01-01T00:00:00Z"))));

        assertThat(fetch(hub, WEIGHTS)).hasSameBinaryContentAs(folder.resolve(WEIGHTS));
        assertThat(answers).containsExactly("10.0.0.1");
    }

    @Test
    void aSmallFileIsComparedWithGitsId() throws Exception {
        Path other = Files.writeString(cache.resolve("other"), "x".repeat(713));
        server.serveInstead("config.json", other);

        assertThatThrownBy(() -> fetch("config.json")).hasMessageContaining("git blob id");
    }

    @Test
    void moreBytesThanNamedAreRefused() {
        server.serveInstead("config.json", folder.resolve("tokenizer.json"));

        assertThatThrownBy(() -> fetch("config.json"))
                .isInstanceOf(HubRefused.class)
                .hasMessageContaining(
                        "config.json of model 'team/tiny' is longer than the 713 bytes");
    }

    @Test
    void aMirrorThatListsNamesOnlyIsAskedForEachFile() throws Exception {
        server.listNamesOnly();

        assertThat(fetch(WEIGHTS)).hasSameBinaryContentAs(folder.resolve(WEIGHTS));
        assertThat(fetch("config.json")).hasSameBinaryContentAs(folder.resolve("config.json"));
        assertThat(server.requests())
                .filteredOn(request -> request.method().equals("HEAD"))
                .hasSize(2);
    }

    @Test
    void theTokenGoesToTheHubAlone() throws Exception {
        server.requireToken("secret");

        fetch(hub("secret"), WEIGHTS);

        assertThat(server.requests())
                .filteredOn(HubServer.Request::atHub)
                .isNotEmpty()
                .allMatch(request -> "Bearer secret".equals(request.authorization()));
        assertThat(server.requests())
                .filteredOn(request -> !request.atHub())
                .isNotEmpty()
                .allMatch(request -> request.authorization() == null);
        assertThat(settings("secret", Duration.ofMinutes(1)).toString()).doesNotContain("secret");
    }

    @Test
    void aBusyHubIsAskedAgainWhenItSaidSo() throws Exception {
        server.answerInstead(
                "/revision/main",
                new HubServer.Instead(429, Map.of("Retry-After", "37")),
                new HubServer.Instead(429, Map.of("Retry-After", "Thu, 01 Jan 2026 00:01:30 GMT")),
                new HubServer.Instead(429, Map.of("RateLimit", "\"api\";r=0;t=55")),
                new HubServer.Instead(503, Map.of()));

        fetch("config.json");

        assertThat(pauses).extracting(Duration::toSeconds).containsExactly(37L, 90L, 55L, 8L);
    }

    @Test
    void aHubThatStaysBrokenIsGivenUp() {
        HubServer.Instead[] always = new HubServer.Instead[Patience.MOST_FAILURES];
        Arrays.fill(always, new HubServer.Instead(500, Map.of()));
        server.answerInstead("/config.json", always);

        assertThatThrownBy(() -> fetch("config.json"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("answers 500 for team/tiny");

        assertThat(pauses).extracting(Duration::toSeconds).containsExactly(1L, 2L, 4L, 8L, 16L);
    }

    @Test
    void aHubThatIsNotThereIsNamed() {
        server.close();

        assertThatThrownBy(() -> fetch("config.json"))
                .hasMessageContaining("cannot be reached")
                .hasMessageContaining("check palimpsest.hub.endpoint");
    }

    @Test
    void refusalsNameTheNextStep() {
        server.requireToken("right");
        assertThatThrownBy(() -> fetch("config.json"))
                .hasMessageContaining(
                        "to nobody without a token (401); check the id, or set palimpsest.hub.token");
        assertThatThrownBy(() -> fetch(hub("wrong"), "config.json"))
                .hasMessageContaining("(401); check palimpsest.hub.token and the id");

        server.reset();
        server.answerInstead(
                "/config.json",
                new HubServer.Instead(403, Map.of("X-Error-Code", "GatedRepo")),
                new HubServer.Instead(403, Map.of()));
        assertThatThrownBy(() -> fetch("config.json"))
                .hasMessageContaining("is gated; accept its licence at http://127.0.0.1")
                .hasMessageContaining("/team/tiny, then set palimpsest.hub.token");
        assertThatThrownBy(() -> fetch("config.json"))
                .hasMessageContaining("give palimpsest.hub.token the right to read it");

        assertThatThrownBy(() -> hub(null).snapshot(Repository.ofModel("team/none"), "main"))
                .hasMessageContaining("there is no model 'team/none'")
                .hasMessageContaining("check the id");
        assertThatThrownBy(() -> hub(null).snapshot(Repository.ofModel(ID), "v9"))
                .hasMessageContaining("has no revision 'v9'; name a branch, a tag or a commit");
        assertThat(pauses).isEmpty();
    }

    @Test
    void aFileThatIsListedButNotThereIsNamed() throws Exception {
        Snapshot snapshot = hub(null).snapshot(Repository.ofModel(ID), "main");
        RemoteFile file = hub(null).file(snapshot, WEIGHTS).orElseThrow();
        Files.delete(folder.resolve(WEIGHTS));

        assertThatThrownBy(() -> hub(null).fetch(snapshot, file, _ -> {}))
                .hasMessageContaining("model 'team/tiny' has no file model.safetensors at");
    }

    @Test
    void twoWhoWantTheSameFileFetchItOnce() throws Exception {
        Hub hub = hub(null);
        Snapshot snapshot = hub.snapshot(Repository.ofModel(ID), "main");
        RemoteFile file = hub.file(snapshot, WEIGHTS).orElseThrow();
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Future<Path> one = threads.submit(() -> hub.fetch(snapshot, file, _ -> {}));
            Future<Path> two = threads.submit(() -> hub.fetch(snapshot, file, _ -> {}));

            assertThat(one.get()).isEqualTo(two.get());
        }

        assertThat(server.bytesOf(WEIGHTS)).isEqualTo(file.size());
    }

    @Test
    void namesThatCouldLeaveTheFolderAreNotListed() throws Exception {
        assertThat(hub(null).snapshot(Repository.ofModel(ID), "main").names())
                .contains("config.json")
                .noneMatch(name -> name.contains("/") || name.contains(".."));
    }

    @Test
    void aDatasetHasRoutesOfItsOwnAndFilesBelowItsTop() throws Exception {
        Path data = Files.createDirectories(folder.resolve("data/of a kind"));
        Files.writeString(data.resolve("train 1.jsonl"), "{\"text\": \"x\"}\n");
        server.publishDataset(ID, folder);
        Snapshot snapshot = hub(null).snapshot(Repository.ofDataset(ID), "main");
        RemoteFile file = hub(null).file(snapshot, "data/of a kind/train 1.jsonl").orElseThrow();

        assertThat(hub(null).fetch(snapshot, file, _ -> {}))
                .hasSameBinaryContentAs(data.resolve("train 1.jsonl"));

        assertThat(snapshot.names()).noneMatch(name -> name.contains(".."));
        assertThat(server.requests())
                .extracting(HubServer.Request::path)
                .containsExactly(
                        "/api/datasets/team/tiny/revision/main",
                        "/datasets/team/tiny/resolve/%s/data/of%%20a%%20kind/train%%201.jsonl"
                                .formatted(snapshot.commit()));
        assertThatThrownBy(() -> hub(null).snapshot(Repository.ofDataset("team/none"), "main"))
                .hasMessageContaining("there is no dataset 'team/none'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "/etc/passwd", "a//b", "a/", "../a", "a/../b", "./a", "a\\b", "a\nb"})
    void oddPathsAreNone(String path) {
        assertThat(Repository.isPath(path)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "a/b/c",
                "../a",
                "a/..",
                "a/b..c",
                "a b",
                "a/b?c",
                "a/b%2f",
                "-a",
                "a/.b",
                "http://a/b"
            })
    void oddIdsAreNone(String id) {
        assertThat(Hub.isId(id)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "HuggingFaceTB/SmolLM2-135M", "Qwen/Qwen2.5-0.5B", "a/b_c"})
    void ordinaryIdsAreIds(String id) {
        assertThat(Hub.isId(id)).isTrue();
    }

    private Path fetch(String name) throws IOException, InterruptedException {
        return fetch(hub(null), name);
    }

    private Path fetch(Hub hub, String name) throws IOException, InterruptedException {
        Snapshot snapshot = hub.snapshot(Repository.ofModel(ID), "main");
        return hub.fetch(snapshot, hub.file(snapshot, name).orElseThrow(), bytes -> moved += bytes);
    }

    private Hub hub(@Nullable String token) {
        return hub(token, Duration.ofMinutes(1));
    }

    private Hub hub(@Nullable String token, Duration patience) {
        SettableClock clock = new SettableClock(Instant.parse("2026-01-01T00:00:00Z"));
        Egress egress = new Egress(List.of(), InetAddress::getAllByName);
        return new Hub(settings(token, patience), egress, cache, new Patience(this::pause, clock));
    }

    private HubSettings settings(@Nullable String token, Duration patience) {
        return new HubSettings(URI.create(server.endpoint() + "/"), token, patience);
    }

    private synchronized void pause(Duration span) {
        pauses.add(span);
        Thread.yield();
    }
}
