package dev.palimpsest.catalog;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.palimpsest.Api;
import dev.palimpsest.ServiceTest;
import dev.palimpsest.home.Home;
import dev.palimpsest.hub.HubServer;
import dev.palimpsest.tables.SomeTables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;

@ServiceTest
class ShardedDatasetTests {
    private static final HubServer SERVER = HubServer.start();

    @Autowired RestTestClient client;
    @Autowired Home home;
    @TempDir Path folder;

    @DynamicPropertySource
    static void hub(DynamicPropertyRegistry registry) {
        registry.add("palimpsest.hub.endpoint", SERVER::endpoint);
        registry.add("palimpsest.largest-upload", () -> "1MB");
    }

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    @BeforeEach
    void nothingIsKeptAndNothingGoesWrong() throws IOException {
        SERVER.reset();
        FileSystemUtils.deleteRecursively(home.cache().resolve("hub"));
        Files.createDirectories(folder.resolve("data/old"));
    }

    @Test
    void everyShardIsTakenInTheOrderOfTheirNames() throws Exception {
        for (int shard : new int[] {2, 0, 1})
            SomeTables.parquet(
                    folder.resolve("data/train-%05d.parquet".formatted(shard)),
                    "SELECT '%d/' || range AS text FROM range(%d)".formatted(shard, 10 * shard));
        SomeTables.parquet(folder.resolve("data/old/train-00000.parquet"), "SELECT 'old' AS text");
        SERVER.publishDataset("team/shards", folder);

        post("shards", "team/shards", "data/train-*.parquet", 202);

        assertThat(ready("shards").path("documents").asLong()).isEqualTo(30);
        assertThat(stored("shards"))
                .startsWith("{\"text\":\"1/0\"}")
                .endsWith("{\"text\":\"2/19\"}")
                .noneMatch(line -> line.contains("old"));
        assertThat(home.datasets().resolve("shards").toFile().list()).containsExactly("data.jsonl");
    }

    @Test
    void aBrokenDownloadGoesOnInItsShardAndProgressCountsAll() throws IOException {
        long bytes = lines("data/a.jsonl", 5000) + lines("data/b.jsonl", 5000);
        SERVER.publishDataset("team/resumed", folder);
        CountDownLatch end = SERVER.stallOnce("b.jsonl", 50_000);

        post("resumed", "team/resumed", "data/*.jsonl", 202);

        JsonNode progress =
                await().atMost(60, SECONDS)
                        .until(
                                () -> get("resumed").path("progress"),
                                now -> now.path("bytes_done").asLong(0) == bytes / 2 + 50_000);
        assertThat(progress.path("phase").asString()).isEqualTo("downloading");
        assertThat(progress.path("bytes_total").asLong()).isEqualTo(bytes);
        end.countDown();
        assertThat(ready("resumed").path("documents").asLong()).isEqualTo(10_000);
        assertThat(SERVER.requests()).extracting(HubServer.Request::range).contains("bytes=50000-");
        assertThat(SERVER.bytesOf("a.jsonl") + SERVER.bytesOf("b.jsonl")).isEqualTo(bytes);
        assertThat(cached()).isEqualTo(bytes);
    }

    @Test
    void theLimitIsOnAllOfThemTogether() throws IOException {
        for (int shard = 0; shard < 3; shard++) lines("data/%d.jsonl".formatted(shard), 15_000);
        SERVER.publishDataset("team/large", folder);

        post("large", "team/large", "data/*.jsonl", 202);

        assertThat(error("large"))
                .startsWith("data/*.jsonl of dataset 'team/large' has 1,")
                .contains("and at most 1,048,576 are taken");
        assertThat(SERVER.bytesOf("0.jsonl")).isZero();
    }

    @Test
    void aPatternThatNothingMatchesIsAnsweredByTheNearestNames() throws IOException {
        lines("data/train-00000.jsonl", 1);
        lines("data/test.jsonl", 1);
        Files.writeString(folder.resolve("aaa.txt"), "x");
        SERVER.publishDataset("team/near", folder);

        post("near", "team/near", "data/training-*.jsonl", 202);

        assertThat(error("near"))
                .isEqualTo(
                        "dataset 'team/near' has no file that matches data/training-*.jsonl at main;"
                                + " choose another file or revision: it has"
                                + " data/train-00000.jsonl, data/test.jsonl, aaa.txt");
    }

    @Test
    void filesOfSeveralKindsAreNotTakenTogether() throws IOException {
        lines("data/a.jsonl", 1);
        Files.writeString(folder.resolve("data/b.csv"), "text\nx\n");
        SERVER.publishDataset("team/mixed", folder);

        post("mixed", "team/mixed", "data/*", 202);

        assertThat(error("mixed"))
                .contains("files of several kinds, data/a.jsonl and data/b.csv among them");
    }

    @Test
    void theShardThatIsBadIsNamed() throws IOException {
        lines("data/0.jsonl", 3);
        Files.writeString(folder.resolve("data/1.jsonl"), "{\"text\": 1}\n");
        SERVER.publishDataset("team/bad", folder);

        post("bad", "team/bad", "data/*.jsonl", 202);

        assertThat(error("bad"))
                .startsWith("*.jsonl cannot be used: data/1.jsonl: 1 of 1 lines are bad; ");
        assertThat(get("bad").path("errors").path(1).path("detail").asString())
                .startsWith("data/1.jsonl: line 1: ");
    }

    private void post(String name, String id, String file, int status) {
        new Api(client)
                .post(
                        "datasets",
                        """
                        {"name": "%s", "format": "text",
                         "source": {"type": "hub", "id": "%s", "file": "%s"}}"""
                                .formatted(name, id, file),
                        status);
    }

    private JsonNode ready(String name) {
        JsonNode dataset = ended(name);
        assertThat(dataset.path("status").asString()).as(dataset.toString()).isEqualTo("ready");
        return dataset;
    }

    private String error(String name) {
        JsonNode dataset = ended(name);
        assertThat(dataset.path("status").asString()).as(dataset.toString()).isEqualTo("failed");
        return dataset.path("error").asString();
    }

    private JsonNode ended(String name) {
        return await().atMost(60, SECONDS)
                .until(
                        () -> get(name),
                        dataset -> !dataset.path("status").asString().equals("importing"));
    }

    private JsonNode get(String name) {
        return new Api(client).get("datasets/" + name);
    }

    /** Returns how many bytes it has, equal for equal names and counts. */
    private long lines(String name, int count) throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve(name),
                        IntStream.range(0, count)
                                .mapToObj(i -> "{\"text\": \"%s %06d\"}\n".formatted(name, i))
                                .collect(Collectors.joining()));
        return Files.size(file);
    }

    private List<String> stored(String name) throws IOException {
        return Files.readAllLines(home.datasets().resolve(name).resolve("data.jsonl"));
    }

    /** The cache's files are not those that the dataset's lines were written to. */
    private long cached() throws IOException {
        try (var files = Files.list(home.cache().resolve("hub"))) {
            long bytes = 0;
            for (Path file : files.toList()) bytes += Files.size(file);
            return bytes;
        }
    }
}
