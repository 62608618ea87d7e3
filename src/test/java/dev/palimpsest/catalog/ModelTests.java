package dev.palimpsest.catalog;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.palimpsest.ServiceTest;
import dev.palimpsest.gguf.GgufExport;
import dev.palimpsest.gguf.GgufType;
import dev.palimpsest.home.Home;
import dev.palimpsest.spec.Binder;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.node.ObjectNode;

@ServiceTest
class ModelTests {
    private static final Path TINY = Path.of("src/test/resources/oracles/llama_tied/model");

    private static final String DEAD_ENTRY =
            """
            insert into import_queue
                (task_name, task_instance, execution_time, picked, picked_by, last_heartbeat, consecutive_failures, version)
            values ('import', :id, now() - interval '1 hour', true, 'gone', now() - interval '1 hour', 0, 2)
            """;

    @Autowired RestTestClient client;
    @Autowired Models models;
    @Autowired Imports imports;
    @Autowired JdbcClient database;
    @Autowired Home home;
    @TempDir Path folder;

    @BeforeEach
    void copyTheTinyModel() throws IOException {
        FileSystemUtils.copyRecursively(TINY, folder);
    }

    @Test
    void aDirectoryIsCopiedAndItsModelBecomesReady() {
        register("copied", folder)
                .expectStatus()
                .isAccepted()
                .expectHeader()
                .valueEquals("location", "/api/v1/models/copied");

        BaseModel model = awaitEnd("copied");
        assertThat(model.isReady()).isTrue();
        assertThat(model.directory(home).resolve("model.safetensors"))
                .hasSameBinaryContentAs(folder.resolve("model.safetensors"));
        assertThat(model.architecture().orElseThrow().vocabulary()).isEqualTo(512);
        assertThat(model.contentHash()).isPresent();
    }

    @Test
    void aGgufFileBecomesAModel() throws IOException {
        Path gguf = folder.resolve("tiny.gguf");
        GgufExport.write(TINY, gguf, GgufType.F16, (_, _) -> {}, () -> false);
        post(Map.of("name", "from-gguf", "source", Map.of("type", "gguf", "path", gguf + "")))
                .expectStatus()
                .isAccepted();

        BaseModel model = awaitEnd("from-gguf");
        assertThat(model.error()).isEmpty();
        assertThat(model.architecture().orElseThrow().vocabulary()).isEqualTo(512);
    }

    @Test
    void aGgufFileThatIsNotThereIsRefusedAtOnce() {
        post(Map.of("name", "nowhere", "source", Map.of("type", "gguf", "path", "/nowhere.gguf")))
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[0].pointer")
                .isEqualTo("/source/path");
    }

    @Test
    void equalFilesHaveEqualHashes() {
        register("once", folder).expectStatus().isAccepted();
        register("twice", folder).expectStatus().isAccepted();

        assertThat(awaitEnd("once").contentHash()).isEqualTo(awaitEnd("twice").contentHash());
    }

    @Test
    void truncatedWeightsAreRefused() throws IOException {
        try (RandomAccessFile file =
                new RandomAccessFile(folder.resolve("model.safetensors").toFile(), "rw")) {
            file.setLength(file.length() - 1000);
        }

        refused("model.safetensors is truncated");
    }

    @Test
    void anotherArchitectureIsRefused() throws IOException {
        change("model_type", "mamba");

        refused("a model of type 'mamba'");
    }

    @Test
    void weightsOfOtherShapesThanTheConfigAreRefused() throws IOException {
        change("intermediate_size", 144);

        refused("mlp.gate_proj.weight has the shape [128, 64], config.json says [144, 64]");
    }

    @Test
    void missingWeightsAreRefused() throws IOException {
        change("num_hidden_layers", 3);

        refused("model.layers.2.input_layernorm.weight is missing");
    }

    @Test
    void aTokenizerThatDoesNotFitIsRefused() throws IOException {
        Files.copy(
                Path.of("src/main/resources/palimpsest-mini/tokenizer.json"),
                folder.resolve("tokenizer.json"),
                StandardCopyOption.REPLACE_EXISTING);

        refused("tokenizer.json has ids up to 4095, but vocab_size in config.json is 512");
    }

    @Test
    void aDirectoryWithoutATokenizerIsRefused() throws IOException {
        Files.delete(folder.resolve("tokenizer.json"));

        refused("there is no tokenizer.json");
    }

    @Test
    void aConfigOfAbsurdSizeIsRefused() throws IOException {
        change("num_hidden_layers", 2_000_000_000);

        refused("num_hidden_layers must be between 1 and 1000");
    }

    @Test
    void randomWeightsAreTheSameForTheSameSeed() throws IOException {
        ObjectNode config = config();
        config.put("vocab_size", 4096);
        Map<String, Object> source = Map.of("type", "random", "config", config, "seed", 3);
        post(Map.of("name", "random-1", "source", source)).expectStatus().isAccepted();
        post(Map.of("name", "random-2", "source", source)).expectStatus().isAccepted();

        assertThat(awaitEnd("random-1").isReady()).isTrue();
        assertThat(awaitEnd("random-1").contentHash())
                .isEqualTo(awaitEnd("random-2").contentHash());
    }

    @Test
    void aRandomModelTakesTheTokenizerOfARegisteredModel() throws IOException {
        register("teacher", folder).expectStatus().isAccepted();
        awaitEnd("teacher");
        Map<String, Object> source =
                Map.of("type", "random", "config", config(), "tokenizer", "teacher");
        post(Map.of("name", "pupil", "source", source)).expectStatus().isAccepted();

        assertThat(awaitEnd("pupil").directory(home).resolve("tokenizer.json"))
                .hasSameBinaryContentAs(folder.resolve("tokenizer.json"));
    }

    @Test
    void anImportWhoseProcessDiedGoesOnInAnother() {
        leftImporting("killed", folder);

        assertThat(awaitEnd("killed").isReady()).isTrue();
        assertThat(home.models()).isDirectoryNotContaining("glob:**.import-*");
    }

    @Test
    void anImportWhoseSourceIsGoneFailsAndSaysWhy() {
        leftImporting("homeless", folder.resolve("gone"));

        BaseModel model = awaitEnd("homeless");
        assertThat(model.status()).isEqualTo(ImportStatus.FAILED);
        assertThat(model.error().orElseThrow()).startsWith("there is no folder");
        assertThat(model.directory(home)).doesNotExist();
    }

    @Test
    void whatAReplacedAttemptStillWritesIsRefused() throws IOException {
        models.save(
                BaseModel.importing(
                        "replaced",
                        new ModelSource.Directory(folder.toString()),
                        "imp_replaced",
                        Instant.parse("2026-01-01T00:00:00Z")));
        Imports.Attempt<BaseModel> first = imports.begin(models, "imp_replaced").orElseThrow();
        Imports.Attempt<BaseModel> second = imports.begin(models, "imp_replaced").orElseThrow();

        assertThat(imports.progressed(first, ImportProgress.NONE)).isFalse();
        assertThat(imports.failed(first, "it was silent for too long")).isFalse();
        assertThat(imports.move(first, model -> Folder.remove(model.directory(home)))).isFalse();

        assertThat(folder.resolve("config.json")).exists();
        assertThat(imports.progressed(second, ImportProgress.NONE)).isTrue();
        assertThat(imports.failed(second, "enough")).isTrue();
    }

    @Test
    void onlyAnImportCanBeCancelled() {
        register("finished", folder).expectStatus().isAccepted();
        awaitEnd("finished");

        client.post()
                .uri("/api/v1/models/finished/cancel")
                .exchange()
                .expectStatus()
                .isEqualTo(409)
                .expectBody()
                .jsonPath("$.detail")
                .isEqualTo("model 'finished' is ready; only an import can be cancelled");
        client.post().uri("/api/v1/models/unknown/cancel").exchange().expectStatus().isNotFound();
    }

    @Test
    void aDeletedModelIsGoneWithItsFiles() {
        register("deleted", folder).expectStatus().isAccepted();
        awaitEnd("deleted");

        client.delete().uri("/api/v1/models/deleted").exchange().expectStatus().isNoContent();

        assertThat(home.models().resolve("deleted")).doesNotExist();
        client.get().uri("/api/v1/models/deleted").exchange().expectStatus().isNotFound();
    }

    /** As a process leaves it that was killed an hour ago. */
    private void leftImporting(String name, Path source) {
        models.save(
                BaseModel.importing(
                        name,
                        new ModelSource.Directory(source.toString()),
                        "imp_" + name,
                        Instant.parse("2026-01-01T00:00:00Z")));
        database.sql(DEAD_ENTRY).param("id", "imp_" + name).update();
    }

    private void refused(String why) {
        register("refused", folder)
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[0].pointer")
                .isEqualTo("/source/path")
                .jsonPath("$.errors[0].detail")
                .value(String.class, detail -> assertThat(detail).contains(why));
        assertThat(models.findByName("refused")).isEmpty();
    }

    private BaseModel awaitEnd(String name) {
        return await().atMost(60, SECONDS)
                .until(
                        () -> models.findByName(name).orElseThrow(),
                        model -> model.status() != ImportStatus.IMPORTING);
    }

    private RestTestClient.ResponseSpec register(String name, Path path) {
        return post(Map.of("name", name, "source", Map.of("type", "directory", "path", path + "")));
    }

    private RestTestClient.ResponseSpec post(Map<String, Object> body) {
        return client.post()
                .uri("/api/v1/models")
                .contentType(MediaType.APPLICATION_JSON)
                .body(Binder.JSON.writeValueAsString(body))
                .exchange();
    }

    private ObjectNode config() throws IOException {
        return (ObjectNode) Binder.JSON.readTree(Files.readString(folder.resolve("config.json")));
    }

    private void change(String field, Object value) throws IOException {
        ObjectNode config = config();
        config.set(field, Binder.JSON.valueToTree(value));
        Files.writeString(folder.resolve("config.json"), config.toString());
    }
}
