package dev.palimpsest.catalog;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.palimpsest.ServiceTest;
import dev.palimpsest.home.Home;
import dev.palimpsest.hub.HubServer;
import dev.palimpsest.spec.Binder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
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
import tools.jackson.databind.node.ObjectNode;

@ServiceTest
class HubImportTests {
    private static final Path SINGLE = Path.of("src/test/resources/oracles/llama_tied/model");
    private static final Path SHARDED = Path.of("src/test/resources/oracles/llama_untied/model");
    private static final String WEIGHTS = "model.safetensors";
    private static final HubServer SERVER = HubServer.start();

    @Autowired RestTestClient client;
    @Autowired Home home;
    @TempDir Path folder;

    @DynamicPropertySource
    static void hub(DynamicPropertyRegistry registry) {
        registry.add("palimpsest.hub.endpoint", SERVER::endpoint);
    }

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    @BeforeEach
    void nothingIsKeptAndNothingGoesWrong() throws IOException {
        SERVER.reset();
        FileSystemUtils.deleteRecursively(home.cache().resolve("hub"));
        FileSystemUtils.copyRecursively(SINGLE, folder);
    }

    @Test
    void aModelOfTheHubBecomesReadyAndNamesItsCommit() throws IOException {
        Files.writeString(folder.resolve("pytorch_model.bin"), "not needed");
        String commit = SERVER.publish("team/single", folder);
        imported("single", "team/single");

        JsonNode model = ended("single");
        assertThat(model.path("status").asString()).isEqualTo("ready");
        assertThat(model.path("commit").asString()).isEqualTo(commit);
        assertThat(model.path("progress").isNull()).isTrue();
        assertThat(model.path("source").path("revision").asString()).isEqualTo("main");
        assertThat(home.models().resolve("single").resolve(WEIGHTS))
                .hasSameBinaryContentAs(SINGLE.resolve(WEIGHTS));
        assertThat(SERVER.bytesOf("pytorch_model.bin")).isZero();
    }

    @Test
    void shardsAreThoseThatTheIndexNames() throws IOException {
        Path sharded = folder.resolve("sharded");
        FileSystemUtils.copyRecursively(SHARDED, sharded);
        Files.writeString(sharded.resolve("model-00004-of-00003.safetensors"), "not named");
        SERVER.publish("team/sharded", sharded);
        imported("sharded", "team/sharded");

        assertThat(ended("sharded").path("status").asString()).isEqualTo("ready");
        assertThat(ModelDirectory.checked(home.models().resolve("sharded")).weights()).hasSize(3);
        assertThat(SERVER.bytesOf("model-00004-of-00003.safetensors")).isZero();
    }

    @Test
    void theSameRevisionIsNotDownloadedAgain() {
        SERVER.publish("team/again", folder);
        imported("first", "team/again");
        JsonNode first = ended("first");
        SERVER.reset();

        imported("second", "team/again");

        assertThat(ended("second").path("content_hash")).isEqualTo(first.path("content_hash"));
        assertThat(SERVER.requests())
                .extracting(HubServer.Request::path)
                .containsExactly("/api/models/team/again/revision/main");
    }

    @Test
    void anArchitectureThatCannotRunIsRefusedBeforeItsWeightsMove() throws IOException {
        change("model_type", "mamba");
        SERVER.publish("team/mamba", folder);
        imported("mamba", "team/mamba");

        assertThat(failure("mamba")).contains("a model of type 'mamba'");
        assertThat(SERVER.bytesOf(WEIGHTS)).isZero();
        assertThat(home.models().resolve("mamba")).doesNotExist();
    }

    @Test
    void aModelLargerThanTheDiskIsRefusedBeforeItMoves() {
        SERVER.publish("team/huge", folder);
        SERVER.claimSize(WEIGHTS, 1L << 50);
        imported("huge", "team/huge");

        assertThat(failure("huge")).contains("MB still to download").contains("make room there");
        assertThat(SERVER.bytesOf(WEIGHTS)).isZero();
    }

    @Test
    void aConfigOfAbsurdSizeIsNotFetched() {
        SERVER.publish("team/bomb", folder);
        SERVER.claimSize("config.json", 1L << 40);
        imported("bomb", "team/bomb");

        assertThat(failure("bomb")).contains("that is no JSON of a model");
        assertThat(SERVER.requests()).hasSize(1);
    }

    @Test
    void aMissingFileIsNamed() throws IOException {
        Files.delete(folder.resolve("tokenizer.json"));
        SERVER.publish("team/no-tokenizer", folder);
        imported("no-tokenizer", "team/no-tokenizer");

        assertThat(failure("no-tokenizer")).contains("has no tokenizer.json at main");
    }

    @Test
    void weightsInAnotherFormatAreNamed() throws IOException {
        Files.move(folder.resolve(WEIGHTS), folder.resolve("pytorch_model.bin"));
        SERVER.publish("team/pickled", folder);
        imported("pickled", "team/pickled");

        assertThat(failure("pickled"))
                .contains("only safetensors are read, and it has")
                .contains("pytorch_model.bin");
    }

    @Test
    void anIndexThatNamesWhatIsNotThereIsRefused() throws IOException {
        Files.delete(folder.resolve(WEIGHTS));
        Files.writeString(
                folder.resolve(ModelDirectory.INDEX),
                "{\"weight_map\": {\"a\": \"../../../outside.safetensors\"}}");
        SERVER.publish("team/outside", folder);
        imported("outside", "team/outside");

        assertThat(failure("outside"))
                .isEqualTo(
                        "model.safetensors.index.json of model 'team/outside' names '../../../outside.safetensors', which is not there");
    }

    @Test
    void aHubThatWantsATokenIsQuoted() {
        SERVER.publish("team/private", folder);
        SERVER.requireToken("secret");
        imported("private", "team/private");

        assertThat(failure("private")).contains("(401)").contains("set palimpsest.hub.token");
    }

    @Test
    void anOddIdOrRevisionIsRefusedAtOnce() {
        post(Map.of("type", "hub", "id", "../../etc", "revision", "a..b"), "odd")
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[0].pointer")
                .isEqualTo("/source/id")
                .jsonPath("$.errors[1].pointer")
                .isEqualTo("/source/revision");
    }

    @Test
    void anImportCanBeCancelledInMidDownloadAndLeavesNothingBehind() {
        SERVER.publish("team/cancelled", folder);
        CountDownLatch end = SERVER.stallOnce(WEIGHTS, 100_000);
        imported("cancelled", "team/cancelled");
        JsonNode progress = downloading("cancelled").path("progress");
        assertThat(progress.path("bytes_total").asLong()).isGreaterThan(429_336);

        client.delete()
                .uri("/api/v1/models/cancelled")
                .exchange()
                .expectStatus()
                .isEqualTo(409)
                .expectBody()
                .jsonPath("$.detail")
                .value(String.class, text -> assertThat(text).contains("cancel that first"));
        client.post()
                .uri("/api/v1/models/cancelled/cancel")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.status")
                .isEqualTo("failed")
                .jsonPath("$.error")
                .value(String.class, text -> assertThat(text).contains("was cancelled"));

        await().atMost(30, SECONDS)
                .untilAsserted(
                        () ->
                                assertThat(home.models())
                                        .isDirectoryNotContaining("glob:**.import-*"));
        assertThat(home.models().resolve("cancelled")).doesNotExist();
        client.delete().uri("/api/v1/models/cancelled").exchange().expectStatus().isNoContent();
        end.countDown();

        // its name is free, and what came is not fetched again
        imported("cancelled", "team/cancelled");
        assertThat(ended("cancelled").path("status").asString()).isEqualTo("ready");
        assertThat(SERVER.requests())
                .extracting(HubServer.Request::range)
                .contains("bytes=100000-");
        assertThat(SERVER.bytesOf(WEIGHTS)).isEqualTo(429_336);
    }

    private JsonNode downloading(String name) {
        return await().atMost(60, SECONDS)
                .until(
                        () -> get(name),
                        model ->
                                model.path("progress")
                                                .path("phase")
                                                .asString("")
                                                .equals("downloading")
                                        && model.path("progress").path("bytes_done").asLong()
                                                >= 100_000);
    }

    private JsonNode ended(String name) {
        return await().atMost(60, SECONDS)
                .until(
                        () -> get(name),
                        model -> !model.path("status").asString().equals("importing"));
    }

    private String failure(String name) {
        JsonNode model = ended(name);
        assertThat(model.path("status").asString()).isEqualTo("failed");
        return model.path("error").asString();
    }

    private JsonNode get(String name) {
        return Binder.JSON.readTree(
                client.get()
                        .uri("/api/v1/models/" + name)
                        .exchange()
                        .expectStatus()
                        .isOk()
                        .expectBody()
                        .returnResult()
                        .getResponseBodyContent());
    }

    private void imported(String name, String id) {
        post(Map.of("type", "hub", "id", id), name).expectStatus().isAccepted();
    }

    private RestTestClient.ResponseSpec post(Map<String, Object> source, String name) {
        return client.post()
                .uri("/api/v1/models")
                .contentType(MediaType.APPLICATION_JSON)
                .body(Binder.JSON.writeValueAsString(Map.of("name", name, "source", source)))
                .exchange();
    }

    private void change(String field, String value) throws IOException {
        Path file = folder.resolve("config.json");
        ObjectNode config = (ObjectNode) Binder.JSON.readTree(Files.readString(file));
        Files.writeString(file, config.put(field, value).toString());
    }
}
