package dev.palimpsest.catalog;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.palimpsest.RunningService;
import dev.palimpsest.hub.HubServer;
import dev.palimpsest.spec.Binder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.io.FileSystemResource;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import tools.jackson.databind.JsonNode;

class KilledImportTests {
    private static final Path TINY = Path.of("src/test/resources/oracles/llama_tied/model");
    private static final String WEIGHTS = "model.safetensors";

    @TempDir Path home;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aDownloadGoesOnWhereTheServiceLeftIt(boolean killed) throws Exception {
        try (HubServer hub = HubServer.start()) {
            hub.publish("team/tiny", TINY);
            CountDownLatch never = hub.stallOnce(WEIGHTS, 100_000);
            try (RunningService service = start(hub)) {
                register(service.client());
                await().atMost(60, SECONDS).until(() -> bytesDone(service.client()) >= 100_000);
                if (killed) service.kill();
            }
            never.countDown();

            try (RunningService service = start(hub)) {
                await().atMost(60, SECONDS)
                        .until(
                                () ->
                                        model(service.client())
                                                .path("status")
                                                .asString()
                                                .equals("ready"));
            }

            assertThat(hub.requests())
                    .extracting(HubServer.Request::range)
                    .contains("bytes=100000-");
            assertThat(hub.bytesOf(WEIGHTS)).isEqualTo(429_336);
            assertThat(home.resolve("models/tiny").resolve(WEIGHTS))
                    .hasSameBinaryContentAs(TINY.resolve(WEIGHTS));
            assertThat(home.resolve("models")).isDirectoryNotContaining("glob:**.import-*");
        }
    }

    @Test
    void aDatasetsDownloadGoesOnToo() throws Exception {
        Path folder = Files.createDirectory(home.resolve("source"));
        Files.writeString(
                folder.resolve("train.jsonl"),
                IntStream.range(0, 10_000)
                        .mapToObj("{\"text\": \"document %d\"}\n"::formatted)
                        .collect(Collectors.joining()));
        long bytes = Files.size(folder.resolve("train.jsonl"));
        try (HubServer hub = HubServer.start()) {
            hub.publishDataset("team/lines", folder);
            CountDownLatch never = hub.stallOnce("train.jsonl", 100_000);
            try (RunningService service = start(hub)) {
                registerDataset(service.client());
                await().atMost(60, SECONDS)
                        .until(
                                () ->
                                        dataset(service.client())
                                                        .path("progress")
                                                        .path("bytes_done")
                                                        .asLong(0)
                                                >= 100_000);
                service.kill();
            }
            never.countDown();

            try (RunningService service = start(hub)) {
                await().atMost(60, SECONDS)
                        .until(
                                () ->
                                        dataset(service.client())
                                                .path("status")
                                                .asString()
                                                .equals("ready"));
                assertThat(dataset(service.client()).path("documents").asLong()).isEqualTo(10_000);
            }

            assertThat(hub.requests())
                    .extracting(HubServer.Request::range)
                    .contains("bytes=100000-");
            assertThat(hub.bytesOf("train.jsonl")).isEqualTo(bytes);
            assertThat(home.resolve("datasets")).isDirectoryNotContaining("glob:**.import-*");
        }
    }

    @Test
    void anUploadThatWasStoredIsReadByTheNextStart() throws Exception {
        Path file = home.resolve("numbers.jsonl");
        Files.writeString(
                file,
                IntStream.range(0, 1_500_000)
                        .mapToObj("{\"number\": \"%d\"}\n"::formatted)
                        .collect(Collectors.joining()));
        try (RunningService service = start()) {
            upload(service.client(), file);
            await().atMost(60, SECONDS)
                    .until(
                            () -> dataset(service.client()).path("progress"),
                            progress ->
                                    progress.path("phase").asString("").equals("validating")
                                            && progress.path("bytes_done").asLong() > 0);
            service.kill();
        }

        try (RunningService service = start()) {
            await().atMost(60, SECONDS)
                    .until(
                            () ->
                                    dataset(service.client())
                                            .path("status")
                                            .asString()
                                            .equals("ready"));
            assertThat(dataset(service.client()).path("documents").asLong()).isEqualTo(1_500_000);
            await().atMost(30, SECONDS)
                    .untilAsserted(() -> assertThat(home.resolve("uploads")).isEmptyDirectory());
        }
        assertThat(home.resolve("datasets")).isDirectoryNotContaining("glob:**.import-*");
    }

    @Test
    void aHubThatIsNoAddressIsSaidBeforeAnythingStarts() throws Exception {
        assertThat(RunningService.startupFailure(home, "--palimpsest.hub.endpoint=huggingface.co"))
                .hasValueSatisfying(
                        line ->
                                assertThat(line)
                                        .contains(
                                                "palimpsest.hub.endpoint must be an address such as"));
    }

    private RunningService start(HubServer hub) throws Exception {
        return RunningService.start(
                home,
                "--palimpsest.hub.endpoint=" + hub.endpoint(),
                "--db-scheduler.heartbeat-interval=1s");
    }

    private RunningService start() throws Exception {
        return RunningService.start(home, "--db-scheduler.heartbeat-interval=1s");
    }

    private static void upload(RestTestClient client, Path file) {
        MultiValueMap<String, Object> form = new LinkedMultiValueMap<>();
        form.add("name", "lines");
        form.add("format", "text");
        form.add("columns", "{\"text\": \"number\"}");
        form.add("file", new FileSystemResource(file));
        client.post()
                .uri("/api/v1/datasets")
                .header("Prefer", "respond-async")
                .contentType(MediaType.MULTIPART_FORM_DATA)
                .body(form)
                .exchange()
                .expectStatus()
                .isAccepted();
    }

    private static void register(RestTestClient client) {
        client.post()
                .uri("/api/v1/models")
                .contentType(MediaType.APPLICATION_JSON)
                .body(
                        """
                        {"name": "tiny", "source": {"type": "hub", "id": "team/tiny"}}""")
                .exchange()
                .expectStatus()
                .isAccepted();
    }

    private static long bytesDone(RestTestClient client) {
        return model(client).path("progress").path("bytes_done").asLong(0);
    }

    private static void registerDataset(RestTestClient client) {
        client.post()
                .uri("/api/v1/datasets")
                .contentType(MediaType.APPLICATION_JSON)
                .body(
                        """
                        {"name": "lines", "format": "text",
                         "source": {"type": "hub", "id": "team/lines", "file": "train.jsonl"}}""")
                .exchange()
                .expectStatus()
                .isAccepted();
    }

    private static JsonNode model(RestTestClient client) {
        return get(client, "models/tiny");
    }

    private static JsonNode dataset(RestTestClient client) {
        return get(client, "datasets/lines");
    }

    private static JsonNode get(RestTestClient client, String path) {
        return Binder.JSON.readTree(
                client.get()
                        .uri("/api/v1/" + path)
                        .exchange()
                        .expectBody()
                        .returnResult()
                        .getResponseBodyContent());
    }
}
