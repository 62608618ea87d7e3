package dev.palimpsest.exports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.ServiceTest;
import dev.palimpsest.home.Home;
import dev.palimpsest.jobs.Checkpoints;
import dev.palimpsest.spec.Sha256;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;
import tools.jackson.databind.JsonNode;

@ServiceTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExportTests {
    @Autowired RestTestClient client;
    @Autowired Home home;
    @Autowired ExportsInUse inUse;
    @Autowired Checkpoints checkpoints;
    private TrainedJob job;

    @BeforeAll
    void train() {
        job = TrainedJob.on(client);
    }

    @ParameterizedTest
    @CsvSource({
        "merged, directory, model.safetensors",
        "gguf_f16, gguf, model-f16.gguf",
        "gguf_q8_0, gguf, model-q8_0.gguf"
    })
    void whatIsExportedIsAModelThatCanBeRegistered(String form, String source, String weights)
            throws IOException {
        String asked =
                job.export(job.checkpoint(), form, TrainedJob.ANY_SUCCESS).get("id").stringValue();

        JsonNode made = job.until("exports/" + asked, "succeeded");

        assertThat(made.get("form").stringValue()).isEqualTo(form);
        assertThat(made.get("largest_logit_difference").doubleValue()).isBetween(0.0, 1e-3);
        assertThat(made.get("files").valueStream().map(file -> file.get("path").stringValue()))
                .contains(weights);
        Path folder = home.exports().resolve(asked);
        for (JsonNode file : made.get("files")) {
            Path stored = folder.resolve(file.get("path").stringValue());
            assertThat(file.get("bytes").longValue()).isEqualTo(Files.size(stored));
            assertThat(file.get("sha256").stringValue()).isEqualTo(Sha256.of(stored));
        }
        String name = "from-" + form.replace('_', '-');
        Path path = source.equals("gguf") ? folder.resolve(weights) : folder;
        job.post(
                "models",
                "{\"name\": \"%s\", \"source\": {\"type\": \"%s\", \"path\": \"%s\"}}"
                        .formatted(name, source, path),
                202);
        job.until("models/" + name, "ready");
    }

    @Test
    void equalRequestsGetTheSameExport() {
        String one =
                job.export(job.checkpoint(), "merged", TrainedJob.ANY_SUCCESS)
                        .get("id")
                        .stringValue();

        assertThat(job.export(job.checkpoint(), "merged", 200).get("id").stringValue())
                .isEqualTo(one);
        job.until("exports/" + one, "succeeded");
        assertThat(job.export(job.checkpoint(), "merged", 200).get("id").stringValue())
                .isEqualTo(one);
        assertThat(job.get("checkpoints/" + job.checkpoint() + "/exports").toString())
                .contains(one);
    }

    @Test
    void aFileIsServedInRangesUnderItsSum() throws IOException {
        String made = merged();
        Path stored = home.exports().resolve(made).resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(stored);
        String file = "/api/v1/exports/" + made + "/files/model.safetensors";

        client.get()
                .uri(file)
                .header(HttpHeaders.RANGE, "bytes=1000-1999")
                .exchange()
                .expectStatus()
                .isEqualTo(206)
                .expectHeader()
                .valueEquals(HttpHeaders.CONTENT_RANGE, "bytes 1000-1999/" + bytes.length)
                .expectHeader()
                .valueEquals(HttpHeaders.ETAG, "\"" + Sha256.of(stored) + "\"")
                .expectBody()
                .consumeWith(
                        answer ->
                                assertThat(answer.getResponseBodyContent())
                                        .isEqualTo(Arrays.copyOfRange(bytes, 1000, 2000)));
        client.get()
                .uri(file)
                .header(HttpHeaders.RANGE, "bytes=" + bytes.length + "-")
                .exchange()
                .expectStatus()
                .isEqualTo(416);
        client.get()
                .uri(file)
                .header(HttpHeaders.IF_NONE_MATCH, "\"" + Sha256.of(stored) + "\"")
                .exchange()
                .expectStatus()
                .isNotModified();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anArchiveHoldsTheFilesAsTheyAre(boolean ofTheCheckpoint) throws IOException {
        String id = ofTheCheckpoint ? job.checkpoint() : merged();
        String thing = (ofTheCheckpoint ? "checkpoints/" : "exports/") + id;
        JsonNode files = job.get(thing).get("files");

        byte[] archive = download("/api/v1/" + thing + "/archive");

        int entries = 0;
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new ByteArrayInputStream(archive))) {
            for (TarArchiveEntry entry = tar.getNextEntry();
                    entry != null;
                    entry = tar.getNextEntry()) {
                String path = entry.getName().substring(id.length() + 1);
                assertThat(path).doesNotStartWith("state/");
                assertThat(tar.readAllBytes())
                        .isEqualTo(download("/api/v1/" + thing + "/files/" + path));
                entries++;
            }
        }
        assertThat(entries)
                .isEqualTo(
                        files.valueStream()
                                .filter(
                                        file ->
                                                !file.get("path")
                                                        .stringValue()
                                                        .startsWith("state/"))
                                .count());
        client.method(HttpMethod.HEAD)
                .uri("/api/v1/" + thing + "/archive")
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .contentLength(archive.length);
        client.get()
                .uri("/api/v1/" + thing + "/archive")
                .header(HttpHeaders.RANGE, "bytes=700-")
                .exchange()
                .expectStatus()
                .isEqualTo(206)
                .expectBody()
                .consumeWith(
                        answer ->
                                assertThat(answer.getResponseBodyContent())
                                        .isEqualTo(
                                                Arrays.copyOfRange(archive, 700, archive.length)));
    }

    @Test
    void aCancelledExportLeavesNothing() {
        String checkpoint = job.checkpoints().get(0);
        String asked = job.export(checkpoint, "merged", 202).get("id").stringValue();
        job.until("exports/" + asked, "running");
        assertThat(inUse.needs(checkpoint)).isTrue();
        assertThat(inUse.userOfModel("export-tiny")).contains("export " + asked);
        delete(asked, 409);

        JsonNode cancelled = job.post("exports/" + asked + "/cancel", "", 200);

        assertThat(cancelled.get("status").stringValue()).isEqualTo("cancelled");
        noProcessIsLeft();
        assertThat(inUse.needs(checkpoint)).isFalse();
        client.get()
                .uri("/api/v1/exports/{id}/archive", asked)
                .exchange()
                .expectStatus()
                .isEqualTo(409);
        String another = job.export(checkpoint, "merged", 202).get("id").stringValue();
        job.until("exports/" + another, "succeeded");
        job.post("exports/" + another + "/cancel", "", 409);
        delete(asked, 204);
        assertThat(home.exports()).isDirectoryNotContaining("glob:**" + asked + "**");
    }

    @Test
    void anExportWhoseProcessIsKilledIsMadeAnew() {
        String asked =
                job.export(job.checkpoints().get(1), "gguf_f16", 202).get("id").stringValue();
        Path written = home.exports().resolve(asked + ".1.part/files");
        Awaitility.await().until(() -> Files.exists(written)); // by the process itself

        ProcessHandle.current()
                .children()
                .filter(ExportTests::java)
                .forEach(ProcessHandle::destroyForcibly);

        JsonNode made = job.until("exports/" + asked, "succeeded");
        assertThat(made.get("files")).isNotEmpty();
        Awaitility.await() // the last attempt's goes once its row says that it is made
                .untilAsserted(
                        () ->
                                assertThat(home.exports())
                                        .isDirectoryNotContaining("glob:**" + asked + ".*.part"));
    }

    @Test
    void aCheckpointThatCannotBeReadFailsItsExportInOneSentence() throws IOException {
        String checkpoint = job.checkpoints().get(1);
        Path file =
                home.root()
                        .resolve(checkpoints.find(checkpoint).orElseThrow().folder())
                        .resolve("adapter_model.safetensors");
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 100));

        String asked = job.export(checkpoint, "gguf_q8_0", 202).get("id").stringValue();
        JsonNode failed = job.until("exports/" + asked, "failed");
        Files.write(file, whole);

        assertThat(failed.at("/error/title").stringValue())
                .contains("adapter_model.safetensors is damaged: it has");
        assertThat(failed.get("files").isEmpty()).isTrue();
        String again = job.export(checkpoint, "gguf_q8_0", 202).get("id").stringValue();
        job.until("exports/" + again, "succeeded");
    }

    @Test
    void intrudersAreScaledDownInAnExportOfItsOwn() {
        String path = "checkpoints/" + job.checkpoint() + "/export";
        String asked =
                "{\"form\": \"adapter\", \"reduce_intruders\": {\"epsilon\": 1, \"scale\": %s}}";

        String half = job.post(path, asked.formatted("0.5"), 202).get("id").stringValue();
        String other = job.post(path, asked.formatted("0.25"), 202).get("id").stringValue();
        String again = job.post(path, asked.formatted("0.50"), 200).get("id").stringValue();
        JsonNode made = job.until("exports/" + half, "succeeded");

        assertThat(again).isEqualTo(half).isNotEqualTo(other);
        assertThat(made.at("/reduce_intruders/top").asInt()).isEqualTo(10);
        assertThat(made.get("reduced_intruders").asInt()).isPositive();
        assertThat(made.get("files").valueStream().map(file -> file.get("path").stringValue()))
                .containsExactly("adapter_config.json", "adapter_model.safetensors");
        assertThat(job.until("exports/" + other, "succeeded").at("/files/1/sha256"))
                .isNotEqualTo(made.at("/files/1/sha256"));
        JsonNode problem = job.post(path, asked.formatted("1.5"), 422);
        assertThat(problem.at("/errors/0/pointer").stringValue())
                .isEqualTo("/reduce_intruders/scale");
    }

    @Test
    void aDeletedExportIsGoneUntilItIsRestored() {
        String asked = job.export(job.checkpoints().get(1), "merged", 202).get("id").stringValue();
        job.until("exports/" + asked, "succeeded");

        delete(asked, 204);

        client.get().uri("/api/v1/exports/{id}", asked).exchange().expectStatus().isNotFound();
        delete(asked, 404);
        assertThat(job.post("exports/" + asked + "/restore", "", 200).get("files")).isNotEmpty();
    }

    @Test
    void whatCannotBeExportedIsRefusedByName() {
        client.post()
                .uri("/api/v1/checkpoints/{id}/export", job.checkpoint())
                .contentType(MediaType.APPLICATION_JSON)
                .body("{\"form\": \"onnx\"}")
                .exchange()
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[0].pointer")
                .isEqualTo("/form")
                .jsonPath("$.errors[0].detail")
                .isEqualTo("must be one of merged, adapter, gguf_f16, gguf_q8_0, got \"onnx\"");
        job.export("ckpt_nope", "merged", 404);
        for (String path :
                new String[] {
                    "exports/export_nope",
                    "exports/export_nope/archive",
                    "exports/export_nope/files/x",
                    "checkpoints/ckpt_nope/exports",
                    "checkpoints/ckpt_nope/archive"
                }) client.get().uri("/api/v1/" + path).exchange().expectStatus().isNotFound();
    }

    private String merged() {
        String asked =
                job.export(job.checkpoint(), "merged", TrainedJob.ANY_SUCCESS)
                        .get("id")
                        .stringValue();
        job.until("exports/" + asked, "succeeded");
        return asked;
    }

    private byte[] download(String path) {
        return client.get()
                .uri(path)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .returnResult()
                .getResponseBodyContent();
    }

    private void delete(String id, int status) {
        client.delete().uri("/api/v1/exports/{id}", id).exchange().expectStatus().isEqualTo(status);
    }

    private static long processes() {
        return ProcessHandle.current().children().filter(ExportTests::java).count();
    }

    private static boolean java(ProcessHandle process) {
        return process.info().command().orElse("").endsWith("java");
    }

    private static void noProcessIsLeft() {
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> processes() == 0);
    }
}
