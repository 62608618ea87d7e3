package dev.palimpsest.catalog;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.palimpsest.RunningService;
import dev.palimpsest.hub.HubServer;
import dev.palimpsest.spec.Binder;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;
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

    private static JsonNode model(RestTestClient client) {
        return Binder.JSON.readTree(
                client.get()
                        .uri("/api/v1/models/tiny")
                        .exchange()
                        .expectBody()
                        .returnResult()
                        .getResponseBodyContent());
    }
}
