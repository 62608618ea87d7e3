package dev.palimpsest.artifacts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.Api;
import dev.palimpsest.ServiceTest;
import dev.palimpsest.SettableClock;
import dev.palimpsest.home.Home;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import tools.jackson.databind.JsonNode;

/** What is deleted can be restored for a while. */
@ServiceTest
@TestPropertySource(properties = "palimpsest.role=api")
class DeletedThingsTests {
    private static final String MODEL =
            """
            {"name": "short-lived", "source": {"type": "random", "seed": 1, "config": {
                "model_type": "llama", "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2,
                "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 4096,
                "max_position_embeddings": 512, "rms_norm_eps": 1e-5, "rope_theta": 10000.0,
                "tie_word_embeddings": true, "hidden_act": "silu"}}}
            """;

    private static final byte[] LINES =
            "{\"prompt\": \"1+1=\", \"completion\": \"2\"}\n".getBytes(StandardCharsets.UTF_8);

    private static final String EXPORT =
            """
            insert into exports (id, checkpoint, base_model, form, status, attempt, largest_logit_difference, files, created_at, ended_at)
            values ('export_made', 'ckpt_gone', 'palimpsest-mini', 'merged', 'queued', 0, null, '[]', now(), null)
            """;

    private static final String MADE =
            """
            update exports set status = 'succeeded', largest_logit_difference = 0.5, ended_at = now(),
                files = '[{"path": "model.safetensors", "bytes": 5, "sha256": "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"}]'
            where id = 'export_made'
            """;

    @Autowired RestTestClient client;
    @Autowired Purges purges;
    @Autowired Home home;
    @Autowired JdbcClient database;
    @Autowired SettableClock clock;
    private Api api;

    @BeforeEach
    void nothingDeleted() {
        api = new Api(client);
        client.delete().uri("/api/v1/storage/deleted").exchange().expectStatus().isNoContent();
        assertThat(deleted()).isEmpty();
    }

    @Test
    void aModelIsGoneWithItsNameFreeAndComesBack() {
        api.post("models", MODEL, 202);
        JsonNode before = api.until("models/short-lived", "ready");

        delete("/api/v1/models/short-lived", 204);

        assertThat(status("models/short-lived")).isEqualTo(404);
        assertThat(api.get("models").toString()).doesNotContain("short-lived");
        delete("/api/v1/models/short-lived", 404);
        assertThat(deleted()).containsExactly("model short-lived");
        assertThat(part("model").get("deleted_bytes").longValue())
                .isGreaterThanOrEqualTo(before.get("bytes").longValue());
        api.post("models", MODEL, 202);
        api.until("models/short-lived", "ready");
        api.post("models/short-lived/restore", "", 409);
        delete("/api/v1/models/short-lived", 204);
        assertThat(deleted()).containsExactly("model short-lived", "model short-lived");

        api.post("models/short-lived/restore", "", 200);

        assertThat(home.models().resolve("short-lived/model.safetensors")).exists();
        assertThat(status("models/short-lived")).isEqualTo(200);
        delete("/api/v1/models/short-lived", 204);
    }

    @Test
    void aDatasetIsRestoredAsItWasUntilItIsPurged() throws IOException {
        api.upload("short-lived", "prompt_completion", "a.jsonl", LINES).expectStatus().isCreated();
        JsonNode before = api.get("datasets/short-lived");
        delete("/api/v1/datasets/short-lived", 204);
        assertThat(status("datasets/short-lived")).isEqualTo(404);
        assertThat(status("datasets/short-lived/preview?model=palimpsest-mini")).isEqualTo(404);

        JsonNode after = api.post("datasets/short-lived/restore", "", 200);

        assertThat(after).isEqualTo(before);
        assertThat(api.get("datasets/short-lived/preview?model=palimpsest-mini").get("data"))
                .hasSize(1);
        delete("/api/v1/datasets/short-lived", 204);
        purges.run();
        assertThat(deleted()).hasSize(1);
        clock.advance(Duration.ofDays(8));
        purges.run();
        assertThat(deleted()).isEmpty();
        api.post("datasets/short-lived/restore", "", 404);
        try (var left = Files.list(home.datasets())) {
            assertThat(left.map(Path::getFileName).map(Path::toString))
                    .noneMatch(name -> name.contains("short-lived"));
        }
    }

    @Test
    void whatIsKnownOfAModelsMatricesIsForgottenOnceItIsPurged() {
        api.post("models", MODEL, 202);
        String gone = api.until("models/short-lived", "ready").get("content_hash").stringValue();
        String kept = api.get("models/palimpsest-mini").get("content_hash").stringValue();
        database.sql("insert into weight_norms values (?, 'q', 1), (?, 'q', 2)")
                .params(gone, kept)
                .update();
        delete("/api/v1/models/short-lived", 204);
        assertThat(knownNorms()).contains(gone, kept);

        client.delete().uri("/api/v1/storage/deleted").exchange().expectStatus().isNoContent();

        assertThat(knownNorms()).contains(kept).doesNotContain(gone);
    }

    private List<String> knownNorms() {
        return database.sql("select distinct model from weight_norms").query(String.class).list();
    }

    @Test
    void aSentFileTakesItsDatasetWithItAndBack() {
        MultiValueMap<String, Object> form = new LinkedMultiValueMap<>();
        form.add("purpose", "fine-tune");
        form.add("file", Api.named("sums.jsonl", LINES));
        String id =
                client.post()
                        .uri("/v1/files")
                        .contentType(MediaType.MULTIPART_FORM_DATA)
                        .body(form)
                        .exchange()
                        .expectBody(JsonNode.class)
                        .returnResult()
                        .getResponseBody()
                        .get("id")
                        .stringValue();

        delete("/v1/files/" + id, 200);

        client.get().uri("/v1/files/" + id).exchange().expectStatus().isNotFound();
        assertThat(status("datasets/" + id)).isEqualTo(404);
        assertThat(deleted()).containsExactly("file " + id);
        client.post().uri("/v1/files/" + id + "/restore").exchange().expectStatus().isOk();
        assertThat(api.get("datasets/" + id).get("status").stringValue()).isEqualTo("ready");
        client.get().uri("/v1/files/" + id + "/content").exchange().expectStatus().isOk();
        delete("/v1/files/" + id, 200);
        client.delete().uri("/api/v1/storage/deleted").exchange().expectStatus().isNoContent();
        assertThat(home.files().resolve(id)).doesNotExist();
        assertThat(deleted()).isEmpty();
        client.post().uri("/v1/files/" + id + "/restore").exchange().expectStatus().isNotFound();
    }

    @Test
    void anExportIsRestoredUnlessAnEqualOneWasAskedForSince() throws IOException {
        database.sql(EXPORT).update();
        database.sql("update exports set status = 'running' where id = 'export_made'").update();
        database.sql(MADE).update();
        Path file = home.exports().resolve("export_made/model.safetensors");
        Files.createDirectories(file.getParent());
        Files.writeString(file, "hello");

        delete("/api/v1/exports/export_made", 204);

        assertThat(status("exports/export_made")).isEqualTo(404);
        assertThat(status("exports/export_made/files/model.safetensors")).isEqualTo(404);
        database.sql(EXPORT.replace("export_made", "export_equal")).update();
        api.post("exports/export_made/restore", "", 409);
        database.sql("delete from exports where id = 'export_equal'").update();
        api.post("exports/export_made/restore", "", 200);
        assertThat(api.download("exports/export_made/files/model.safetensors"))
                .asString()
                .isEqualTo("hello");
        delete("/api/v1/exports/export_made", 204);
        client.delete().uri("/api/v1/storage/deleted").exchange().expectStatus().isNoContent();
        assertThat(file).doesNotExist();
    }

    @Test
    void whoRunsTheServiceReadsWhatEachProjectTakes() {
        api.upload("kept", "prompt_completion", "a.jsonl", LINES).expectStatus().isCreated();
        JsonNode before = ownPart();
        delete("/api/v1/datasets/kept", 204);

        JsonNode after = ownPart();

        assertThat(after.get("bytes")).isEqualTo(before.get("bytes"));
        assertThat(after.get("deleted_bytes").longValue())
                .isEqualTo(before.get("deleted_bytes").longValue() + LINES.length);
        assertThat(api.get("projects/default").at("/use/storage_bytes"))
                .isEqualTo(after.get("bytes"));
    }

    private JsonNode ownPart() {
        return api.get("storage/projects")
                .get("data")
                .valueStream()
                .filter(part -> part.get("project").stringValue().equals("default"))
                .findFirst()
                .orElseThrow();
    }

    private JsonNode part(String kind) {
        return api.get("storage")
                .get("data")
                .valueStream()
                .filter(part -> part.get("kind").stringValue().equals(kind))
                .findFirst()
                .orElseThrow();
    }

    private List<String> deleted() {
        return api.get("storage/deleted")
                .get("data")
                .valueStream()
                .map(thing -> thing.get("kind").stringValue() + " " + thing.get("id").stringValue())
                .toList();
    }

    private int status(String path) {
        return client.get()
                .uri("/api/v1/" + path)
                .exchange()
                .expectBody()
                .returnResult()
                .getStatus()
                .value();
    }

    private void delete(String path, int status) {
        client.delete().uri(path).exchange().expectStatus().isEqualTo(status);
    }
}
