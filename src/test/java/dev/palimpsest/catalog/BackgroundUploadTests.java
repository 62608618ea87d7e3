package dev.palimpsest.catalog;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.palimpsest.Api;
import dev.palimpsest.ServiceTest;
import dev.palimpsest.SettableClock;
import dev.palimpsest.home.Home;
import dev.palimpsest.hub.HubServer;
import dev.palimpsest.spec.Binder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.http.MediaType;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.client.EntityExchangeResult;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import tools.jackson.databind.JsonNode;

@ServiceTest
class BackgroundUploadTests {
    private static final HubServer SERVER = HubServer.start();

    @Autowired RestTestClient client;
    @Autowired Home home;
    @Autowired StoredUploads uploads;
    @Autowired SettableClock clock;
    @TempDir Path folder;

    @DynamicPropertySource
    static void hub(DynamicPropertyRegistry registry) {
        registry.add("palimpsest.hub.endpoint", SERVER::endpoint);
    }

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    @Test
    void anUploadThatNobodyWaitsForIsAnsweredOnceItIsStored() throws IOException {
        EntityExchangeResult<byte[]> answer =
                upload("later", "{\"text\": \"one\"}\n{\"text\":  \"two\"}\n", 202);

        assertThat(answer.getResponseHeaders().getFirst("Location"))
                .isEqualTo("/api/v1/datasets/later");
        assertThat(answer.getResponseHeaders().getFirst("Preference-Applied"))
                .isEqualTo("respond-async");
        JsonNode accepted = json(answer);
        assertThat(accepted.path("status").asString()).isEqualTo("importing");
        assertThat(accepted.path("progress").path("phase").asString()).isEqualTo("waiting");
        JsonNode ready = ended("later");
        assertThat(ready.path("status").asString()).isEqualTo("ready");
        assertThat(ready.path("documents").asLong()).isEqualTo(2);
        assertThat(ready.path("imported_from").isNull()).isTrue();
        assertThat(home.datasets().resolve("later/data.jsonl"))
                .hasContent("{\"text\": \"one\"}\n{\"text\":  \"two\"}\n");
        nothingIsLeft();
    }

    @Test
    void itsBadLinesAreNamedWhereItsProgressWas() {
        upload("later-bad", "{\"text\": \"one\"}\n{\"text\": 2}\n", 202);

        JsonNode failed = ended("later-bad");

        assertThat(failed.path("status").asString()).isEqualTo("failed");
        assertThat(failed.path("error").asString())
                .startsWith("the uploaded file cannot be used: 1 of 2 lines are bad; line 2: ");
        assertThat(failed.path("errors").size()).isEqualTo(2);
        nothingIsLeft();
    }

    @Test
    void whatCanBeToldBeforeItIsReadIsRefusedAtOnce() {
        JsonNode problem = json(upload("Not A Name", "x", 422));
        assertThat(problem.path("errors").path(0).path("pointer").asString()).isEqualTo("/name");
        upload("twice", "{\"text\": \"one\"}\n", 202);
        assertThat(json(upload("twice", "x", 409)).path("detail").asString())
                .contains("there is a dataset 'twice' already");
        ended("twice");
        nothingIsLeft();
    }

    @Test
    void oneThatWaitsCanBeCancelled() throws IOException {
        Files.writeString(folder.resolve("a.jsonl"), "{\"text\": \"a\"}\n".repeat(1000));
        Files.writeString(folder.resolve("b.jsonl"), "{\"text\": \"b\"}\n".repeat(1000));
        SERVER.publishDataset("team/slow", folder);
        CountDownLatch one = SERVER.stallOnce("a.jsonl", 1000);
        CountDownLatch other = SERVER.stallOnce("b.jsonl", 1000);
        fetch("slow-a", "a.jsonl");
        fetch("slow-b", "b.jsonl"); // and no thread is free
        upload("waits", "{\"text\": \"x\"}\n", 202);
        assertThat(home.uploads()).isNotEmptyDirectory();

        JsonNode cancelled = new Api(client).post("datasets/waits/cancel", "", 200);

        assertThat(cancelled.path("status").asString()).isEqualTo("failed");
        assertThat(cancelled.path("error").asString()).contains("was cancelled");
        one.countDown();
        other.countDown();
        nothingIsLeft();
        client.delete().uri("/api/v1/datasets/waits").exchange().expectStatus().isNoContent();
        assertThat(ended("slow-a").path("status").asString()).isEqualTo("ready");
        assertThat(ended("slow-b").path("status").asString()).isEqualTo("ready");
    }

    @Test
    void whatAKilledServiceLeftOfAnUploadGoesAfterADay() throws IOException {
        Path old = Files.createFile(home.uploads().resolve("upload_1.tmp"));
        Path fresh = Files.createFile(home.uploads().resolve("upload_2.tmp"));
        Files.setLastModifiedTime(old, FileTime.from(clock.instant().minus(Duration.ofHours(25))));
        Files.setLastModifiedTime(fresh, FileTime.from(clock.instant()));

        uploads.sweep();

        assertThat(old).doesNotExist();
        assertThat(fresh).exists();
        Files.delete(fresh);
    }

    private EntityExchangeResult<byte[]> upload(String name, String lines, int status) {
        MultiValueMap<String, Object> form = new LinkedMultiValueMap<>();
        form.add("name", name);
        form.add("format", "text");
        form.add("file_format", "jsonl");
        form.add(
                "file",
                new ByteArrayResource(lines.getBytes(StandardCharsets.UTF_8)) {
                    @Override
                    public String getFilename() {
                        return "lines.jsonl";
                    }
                });
        return client.post()
                .uri("/api/v1/datasets")
                .header("Prefer", "respond-async")
                .contentType(MediaType.MULTIPART_FORM_DATA)
                .body(form)
                .exchange()
                .expectStatus()
                .isEqualTo(status)
                .expectBody()
                .returnResult();
    }

    private void fetch(String name, String file) {
        new Api(client)
                .post(
                        "datasets",
                        """
                        {"name": "%s", "format": "text",
                         "source": {"type": "hub", "id": "team/slow", "file": "%s"}}"""
                                .formatted(name, file),
                        202);
        await().atMost(30, SECONDS).until(() -> isDownloading(name));
    }

    private boolean isDownloading(String name) {
        JsonNode progress = new Api(client).get("datasets/" + name).path("progress");
        return progress.path("phase").asString("").equals("downloading");
    }

    private JsonNode ended(String name) {
        return await().atMost(60, SECONDS)
                .until(
                        () -> new Api(client).get("datasets/" + name),
                        dataset -> !dataset.path("status").asString().equals("importing"));
    }

    private void nothingIsLeft() {
        await().atMost(30, SECONDS)
                .untilAsserted(() -> assertThat(home.uploads()).isEmptyDirectory());
    }

    private static JsonNode json(EntityExchangeResult<byte[]> answer) {
        return Binder.JSON.readTree(answer.getResponseBodyContent());
    }
}
