package dev.palimpsest.catalog;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.palimpsest.Api;
import dev.palimpsest.ServiceTest;
import dev.palimpsest.home.Home;
import dev.palimpsest.hub.HubServer;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.tables.SomeTables;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.MediaType;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;

@ServiceTest
class DatasetImportTests {
    private static final HubServer SERVER = HubServer.start();
    private static final String PARQUET = "data/train.parquet";

    @Autowired RestTestClient client;
    @Autowired Home home;
    @Autowired Imports imports;
    @Autowired Datasets datasets;
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
    void nothingIsKeptAndNothingGoesWrong() throws Exception {
        SERVER.reset();
        FileSystemUtils.deleteRecursively(home.cache().resolve("hub"));
        Files.createDirectory(folder.resolve("data"));
        SomeTables.parquet(
                folder.resolve(PARQUET),
                "SELECT md5(range::VARCHAR) AS question, range AS answer FROM range(5000)");
    }

    @Test
    void aParquetFileOfTheHubBecomesReadyAndNamesItsCommit() throws IOException {
        String commit = SERVER.publishDataset("team/sums", folder);

        String location =
                client.post()
                        .uri("/api/v1/datasets")
                        .contentType(MediaType.APPLICATION_JSON)
                        .body(json(mapped("from-hub", "team/sums")))
                        .exchange()
                        .expectStatus()
                        .isAccepted()
                        .returnResult()
                        .getResponseHeaders()
                        .getFirst("Location");

        assertThat(location).isEqualTo("/api/v1/datasets/from-hub");
        JsonNode dataset = ready("from-hub");
        assertThat(dataset.path("commit").asString()).isEqualTo(commit);
        assertThat(dataset.path("imported_from"))
                .isEqualTo(
                        Binder.JSON.readTree(
                                """
                                {"type": "hub", "id": "team/sums", "revision": "main",
                                 "file": "data/train.parquet"}"""));
        assertThat(dataset.path("documents").asLong()).isEqualTo(5000);
        assertThat(dataset.path("progress").isNull()).isTrue();
        assertThat(stored("from-hub").getFirst())
                .isEqualTo(
                        "{\"prompt\":\"Q: cfcd208495d565ef66e7dff9f98764da\",\"completion\":\"0\"}");
        assertThat(home.datasets().resolve("from-hub").toFile().list())
                .containsExactly("data.jsonl");
        client.get()
                .uri("/api/v1/datasets/from-hub/preview?model=palimpsest-mini&limit=1")
                .exchange()
                .expectStatus()
                .isOk();
    }

    @Test
    void jsonLinesOfTheHubAreKeptByteForByte() throws IOException {
        Path file = lines("train.jsonl", 3, "{\"text\": \"x\",  \"id\": %d}\n");
        SERVER.publishDataset("team/lines", folder);

        post(request("kept-lines", hubFile("team/lines", "train.jsonl"), "text"), 202);

        assertThat(ready("kept-lines").path("file_format").asString()).isEqualTo("jsonl");
        assertThat(home.datasets().resolve("kept-lines/data.jsonl")).hasSameBinaryContentAs(file);
    }

    @Test
    void aBrokenConnectionGoesOnWhereItBroke() throws IOException {
        SERVER.publishDataset("team/broken", folder);
        SERVER.breakOnce("train.parquet", 50_000);

        post(mapped("broken", "team/broken"), 202);

        ready("broken");
        assertThat(SERVER.requests()).extracting(HubServer.Request::range).contains("bytes=50000-");
        assertThat(SERVER.bytesOf("train.parquet")).isEqualTo(Files.size(folder.resolve(PARQUET)));
    }

    @Test
    void aWrongChecksumIsRefused() throws IOException {
        byte[] bytes = Files.readAllBytes(folder.resolve(PARQUET));
        bytes[1000] ^= 1;
        SERVER.publishDataset("team/damaged", folder);
        SERVER.serveInstead("train.parquet", Files.write(folder.resolve("damaged"), bytes));

        post(mapped("damaged", "team/damaged"), 202);

        assertThat(error("damaged"))
                .startsWith("data/train.parquet of dataset 'team/damaged' came with the sha256 ")
                .contains("but the hub names the sha256");
        nothingIsLeft();
    }

    @Test
    void aMissingFileIsAnsweredByThoseThereAre() throws IOException {
        Files.writeString(folder.resolve("card.pdf"), "x");
        SERVER.publishDataset("team/other", folder);

        post(request("missing", hubFile("team/other", "data/test.parquet"), "text"), 202);
        post(request("nowhere", hubFile("team/nowhere", "train.jsonl"), "text"), 202);

        assertThat(error("missing"))
                .isEqualTo(
                        "dataset 'team/other' has no file data/test.parquet at main;"
                                + " choose another file or revision: it has data/train.parquet");
        assertThat(error("nowhere")).contains("there is no dataset 'team/nowhere' at http");
    }

    @Test
    void aFileThatWentAfterItWasListedIsNamed() throws IOException {
        SERVER.publishDataset("team/gone", folder);
        SERVER.answerInstead(
                "/train.parquet",
                new HubServer.Instead(404, Map.of("X-Error-Code", "EntryNotFound")));

        post(mapped("vanished", "team/gone"), 202);

        assertThat(error("vanished"))
                .contains("dataset 'team/gone' has no file data/train.parquet at")
                .contains("choose another revision");
    }

    @Test
    void badLinesAreNamedAsAnUploadsAre() throws IOException {
        Files.writeString(
                folder.resolve("bad.jsonl"),
                "{\"text\": \"x\"}\n{\"text\": 7}\n{\"text\": \"\"}\n");
        SERVER.publishDataset("team/bad", folder);

        post(request("bad", hubFile("team/bad", "bad.jsonl"), "text"), 202);

        assertThat(error("bad"))
                .startsWith("bad.jsonl cannot be used: 2 of 3 lines are bad; line 2: ")
                .endsWith("Delete the dataset, correct that and register it again");
        JsonNode errors = get("bad").path("errors");
        assertThat(errors.size()).isEqualTo(3);
        assertThat(errors.path(0).path("detail").asString()).isEqualTo("2 of 3 lines are bad");
        assertThat(errors.path(2).path("detail").asString()).startsWith("line 3: ");
        nothingIsLeft();

        client.delete().uri("/api/v1/datasets/bad").exchange().expectStatus().isNoContent();
        Files.writeString(folder.resolve("bad.jsonl"), "{\"text\": \"good\"}\n");
        post(request("bad", hubFile("team/bad", "bad.jsonl"), "text"), 202);
        assertThat(ready("bad").path("errors").isEmpty()).isTrue();
    }

    @Test
    void aColumnThatIsNotThereIsNamedWithThoseThatAre() {
        SERVER.publishDataset("team/unmapped", folder);

        post(request("unmapped", hubFile("team/unmapped", PARQUET), "prompt_completion"), 202);

        assertThat(error("unmapped"))
                .contains("/columns/prompt there is no column 'prompt'")
                .contains("the columns are question, answer");
    }

    @Test
    void aFileLargerThanAnUploadMayBeIsRefusedBeforeItMoves() throws IOException {
        SERVER.publishDataset("team/huge", folder);
        SERVER.claimSize("train.parquet", 1L << 30);
        Path local = lines("large.jsonl", 50_000, "{\"text\": \"document %d\"}\n");

        post(mapped("huge", "team/huge"), 202);

        assertThat(error("huge"))
                .contains("has 1,073,741,824 bytes, and at most 1,048,576 are taken");
        assertThat(SERVER.bytesOf("train.parquet")).isZero();
        JsonNode problem = post(request("large", localFile(local), "text"), 422);
        assertThat(problem.path("errors").path(0).path("pointer").asString())
                .isEqualTo("/source/path");
    }

    @Test
    void aFileOfTheServicesMachineIsCopied() throws IOException {
        Path file = Files.writeString(folder.resolve("notes.txt"), "one\ntwo\n\nthree\n");
        Map<String, Object> request = request("notes", localFile(file), "text");
        request.put("split", "lines");
        request.put("licence", "CC0-1.0");

        post(request, 202);

        JsonNode dataset = ready("notes");
        assertThat(dataset.path("split").asString()).isEqualTo("lines");
        assertThat(dataset.path("licence").asString()).isEqualTo("CC0-1.0");
        assertThat(dataset.path("commit").isNull()).isTrue();
        assertThat(stored("notes"))
                .containsExactly(
                        "{\"text\":\"one\"}", "{\"text\":\"two\"}", "{\"text\":\"three\"}");
        assertThat(file).hasContent("one\ntwo\n\nthree\n");
    }

    @Test
    void whatTheMachineKnowsOfTheServiceIsNoDataset() {
        JsonNode problem =
                new Api(client)
                        .post(
                                "datasets",
                                """
                        {"name": "environment", "format": "text", "file_format": "text",
                         "source": {"type": "file", "path": "/tmp/../proc/self/environ"}}""",
                                422);

        assertThat(pointers(problem)).containsExactly("/source/path");
        assertThat(problem.get("detail").stringValue()).contains("is the machine's own");
    }

    @Test
    void everyFaultIsSaidAtOnceAndNothingIsRegistered() {
        JsonNode problem =
                new Api(client)
                        .post(
                                "datasets",
                                """
                                {"name": "No Name", "format": "poetry", "colour": "red", "split": "lines",
                                 "source": {"type": "hub", "id": "../etc", "file": "/etc/passwd", "branch": "x"},
                                 "columns": {"text": 7}, "description": 3}""",
                                422);

        assertThat(pointers(problem))
                .containsExactlyInAnyOrder(
                        "/colour",
                        "/name",
                        "/format",
                        "/source/branch",
                        "/source/id",
                        "/source/file",
                        "/columns/text",
                        "/description");
        nothingIsLeft();
    }

    @Test
    void whatDoesNotFitTogetherIsRefusedAtOnce() {
        Map<String, Object> request =
                request("unfit", localFile(folder.resolve("data.xlsx")), "prompt_completion");
        request.put("columns", Map.of("text", "a"));
        request.put("template", Map.of("completion", "{a"));
        request.put("split", "lines");

        assertThat(pointers(post(request, 422)))
                .containsExactlyInAnyOrder(
                        "/file_format", "/split", "/columns/text", "/template/completion");
        assertThat(
                        pointers(
                                post(
                                        request(
                                                "none",
                                                localFile(folder.resolve("no.txt")),
                                                "text"),
                                        422)))
                .containsExactly("/source/path");
        assertThat(pointers(post(Map.of("name", "empty"), 422)))
                .containsExactlyInAnyOrder("/format", "/source");
    }

    @Test
    void anImportCanBeCancelledAndNothingUsesItBeforeItIsReady() throws IOException {
        SERVER.publishDataset("team/cancelled", folder);
        CountDownLatch end = SERVER.stallOnce("train.parquet", 50_000);
        post(mapped("cancelled", "team/cancelled"), 202);
        JsonNode progress = downloading("cancelled").path("progress");
        assertThat(progress.path("bytes_total").asLong())
                .isEqualTo(Files.size(folder.resolve(PARQUET)));

        assertThat(post(mapped("cancelled", "team/cancelled"), 409).path("detail").asString())
                .contains("there is a dataset 'cancelled' already");
        assertThat(refused("cancelled/preview?model=palimpsest-mini"))
                .contains("'cancelled' is not ready");
        assertThat(refused("cancelled/contamination?task=gsm8k_perplexity"))
                .contains("'cancelled' is not ready");
        assertThat(jobOn("cancelled"))
                .contains("'cancelled' is importing; a job needs a ready dataset");
        client.delete()
                .uri("/api/v1/datasets/cancelled")
                .exchange()
                .expectStatus()
                .isEqualTo(409)
                .expectBody()
                .jsonPath("$.detail")
                .value(String.class, text -> assertThat(text).contains("cancel that first"));

        JsonNode cancelled = new Api(client).post("datasets/cancelled/cancel", "", 200);
        assertThat(cancelled.path("status").asString()).isEqualTo("failed");
        assertThat(cancelled.path("error").asString()).contains("was cancelled");
        assertThat(new Api(client).post("datasets/cancelled/cancel", "", 409).path("detail"))
                .asString()
                .contains("only an import can be cancelled");
        new Api(client).post("datasets/none/cancel", "", 404);

        nothingIsLeft();
        client.delete().uri("/api/v1/datasets/cancelled").exchange().expectStatus().isNoContent();
        end.countDown();

        // its name is free, and what came is not fetched again
        post(mapped("cancelled", "team/cancelled"), 202);
        ready("cancelled");
        assertThat(SERVER.bytesOf("train.parquet")).isEqualTo(Files.size(folder.resolve(PARQUET)));
    }

    @Test
    void whatAReplacedAttemptStillWritesIsRefused() {
        DatasetRequest request =
                Binder.bind(
                        """
                        {"name": "replaced", "format": "text",
                         "source": {"type": "hub", "id": "a/b", "file": "c.jsonl"}}""",
                        DatasetRequest.class);
        datasets.save(
                Dataset.importing(
                        request.upload(),
                        request.source(),
                        "imp_replaced_dataset",
                        Instant.parse("2026-01-01T00:00:00Z")));
        Imports.Attempt<Dataset> first =
                imports.begin(datasets, "imp_replaced_dataset").orElseThrow();
        Imports.Attempt<Dataset> second =
                imports.begin(datasets, "imp_replaced_dataset").orElseThrow();

        assertThat(imports.progressed(first, ImportProgress.NONE)).isFalse();
        assertThat(imports.move(first, dataset -> dataset.refused("late", List.of()))).isFalse();
        assertThat(imports.resolved(first, "0".repeat(40))).isEmpty();

        assertThat(imports.resolved(second, "1".repeat(40))).contains("1".repeat(40));
        assertThat(imports.resolved(second, "2".repeat(40))).contains("1".repeat(40));
        assertThat(imports.failed(second, "enough")).isTrue();
    }

    private JsonNode ready(String name) {
        JsonNode dataset = ended(name);
        assertThat(dataset.path("status").asString()).as(dataset.toString()).isEqualTo("ready");
        return dataset;
    }

    private String error(String name) {
        JsonNode dataset = ended(name);
        assertThat(dataset.path("status").asString()).isEqualTo("failed");
        assertThat(home.datasets().resolve(name)).doesNotExist();
        return dataset.path("error").asString();
    }

    private JsonNode ended(String name) {
        return await().atMost(60, SECONDS)
                .until(
                        () -> get(name),
                        dataset -> !dataset.path("status").asString().equals("importing"));
    }

    private JsonNode downloading(String name) {
        return await().atMost(60, SECONDS)
                .until(
                        () -> get(name),
                        dataset ->
                                dataset.path("progress")
                                                .path("phase")
                                                .asString("")
                                                .equals("downloading")
                                        && dataset.path("progress").path("bytes_done").asLong()
                                                >= 50_000);
    }

    private JsonNode get(String name) {
        return new Api(client).get("datasets/" + name);
    }

    private String refused(String path) {
        return new String(
                client.get()
                        .uri("/api/v1/datasets/" + path)
                        .exchange()
                        .expectStatus()
                        .isEqualTo(409)
                        .expectBody()
                        .returnResult()
                        .getResponseBodyContent(),
                StandardCharsets.UTF_8);
    }

    private String jobOn(String dataset) {
        String experiment =
                new Api(client)
                        .post(
                                "experiments",
                                """
                                {"name": "on %s", "base_model": "palimpsest-mini",
                                 "learning_tasks": ["gsm8k_arithmetic"],
                                 "forgetting_tasks": ["definitions_choice"]}"""
                                        .formatted(dataset),
                                Api.ANY_SUCCESS)
                        .path("id")
                        .asString();
        return new Api(client)
                .post(
                        "jobs",
                        """
                        {"experiment": "%s", "dataset": {"train": "%s"}, "method": {"type": "full"},
                         "training": {"max_steps": 1, "learning_rate": 1e-3}}"""
                                .formatted(experiment, dataset),
                        422)
                .toString();
    }

    private JsonNode post(Map<String, Object> request, int status) {
        return new Api(client).post("datasets", json(request), status);
    }

    private static String json(Map<String, Object> request) {
        return Binder.JSON.writeValueAsString(request);
    }

    private static Map<String, Object> mapped(String name, String id) {
        Map<String, Object> request = request(name, hubFile(id, PARQUET), "prompt_completion");
        request.put("columns", Map.of("completion", "answer"));
        request.put("template", Map.of("prompt", "Q: {question}"));
        return request;
    }

    private static Map<String, Object> request(
            String name, Map<String, Object> source, String format) {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("name", name);
        request.put("format", format);
        request.put("source", source);
        return request;
    }

    private static Map<String, Object> hubFile(String id, String file) {
        return Map.of("type", "hub", "id", id, "file", file);
    }

    private static Map<String, Object> localFile(Path file) {
        return Map.of("type", "file", "path", file.toString());
    }

    private static List<String> pointers(JsonNode problem) {
        return problem.path("errors")
                .valueStream()
                .map(fault -> fault.path("pointer").asString())
                .toList();
    }

    private Path lines(String name, int count, String line) throws IOException {
        return Files.writeString(
                folder.resolve(name),
                IntStream.range(0, count).mapToObj(line::formatted).collect(Collectors.joining()));
    }

    private List<String> stored(String name) throws IOException {
        return Files.readAllLines(home.datasets().resolve(name).resolve("data.jsonl"));
    }

    private void nothingIsLeft() {
        await().atMost(30, SECONDS)
                .untilAsserted(
                        () ->
                                assertThat(home.datasets())
                                        .isDirectoryNotContaining("glob:**/.{import,partial}-*"));
    }
}
