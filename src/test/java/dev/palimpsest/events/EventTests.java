package dev.palimpsest.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.Api;
import dev.palimpsest.OracleSet;
import dev.palimpsest.ServiceTest;
import dev.palimpsest.spec.Binder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.web.servlet.client.RestTestClient;
import tools.jackson.databind.JsonNode;

/** What happens to a job, listed and heard over a real connection while it is trained. */
@ServiceTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EventTests {
    private static final String JOB =
            """
            {"experiment": "%s", "dataset": {"train": "gsm8k-train"}, "method": {"type": "lora", "rank": 2, "alpha": 4},
             "checkpoints": {"every_steps": 2}, "evaluation": {"limit": 2},
             "training": {"max_steps": 4, "batch_size": 2, "learning_rate": 1e-3, "sequence_length": 64}}
            """;

    @Autowired RestTestClient client;
    @Autowired JdbcClient database;
    @LocalServerPort int port;
    private Api api;
    private String experiment;

    @BeforeAll
    void register() {
        api = new Api(client);
        api.post(
                "models",
                """
                {"name": "listened-to", "source": {"type": "directory", "path": "%s"}}"""
                        .formatted(
                                OracleSet.chosen()
                                        .folder()
                                        .resolve("llama_tied/model")
                                        .toAbsolutePath()),
                202);
        api.until("models/listened-to", "ready");
        experiment =
                api.post(
                                "experiments",
                                """
                                {"name": "events", "base_model": "listened-to",
                                 "learning_tasks": ["gsm8k_perplexity"], "forgetting_tasks": ["definitions_perplexity"]}""",
                                201)
                        .get("id")
                        .stringValue();
    }

    @Test
    void aListenerHearsAllThatIsListedInItsOrderAndThenTheEnd() throws Exception {
        String job = submit();
        List<Heard> heard;
        try (Stream stream = listen(job, null)) {
            heard = stream.untilItEnds();
        }

        List<JsonNode> listed = listed(job);
        assertThat(listed.stream().map(event -> event.get("type").stringValue()).distinct())
                .containsExactly("queued", "running", "evaluated", "checkpoint_saved", "succeeded");
        assertThat(heard.stream().filter(one -> one.id() != null).map(Heard::data))
                .containsExactlyElementsOf(listed);
        assertThat(heard.getLast().name()).isEqualTo("end");
        JsonNode saved =
                listed.stream()
                        .filter(event -> event.get("type").stringValue().equals("checkpoint_saved"))
                        .findFirst()
                        .orElseThrow();
        assertThat(saved.at("/data/step").asInt()).isEqualTo(2);
        assertThat(
                        api.get("checkpoints/" + saved.at("/data/checkpoint").stringValue())
                                .get("job")
                                .stringValue())
                .isEqualTo(job);
        JsonNode last =
                heard.stream()
                        .filter(one -> one.name().equals("metrics"))
                        .map(Heard::data)
                        .toList()
                        .getLast();
        assertThat(last).isEqualTo(api.get("jobs/" + job + "/metrics/keys"));
        assertThat(last.toString()).contains("train/loss");
    }

    @Test
    void whoLostTheConnectionGoesOnAfterTheLastEventItKnows() throws Exception {
        String job = submit();
        api.until("jobs/" + job, "succeeded");
        List<JsonNode> listed = listed(job);
        String known = listed.get(2).get("id").stringValue();

        try (Stream stream = listen(job, known)) {
            assertThat(
                            stream.untilItEnds().stream()
                                    .filter(one -> one.id() != null)
                                    .map(Heard::data))
                    .containsExactlyElementsOf(listed.subList(3, listed.size()));
        }
        JsonNode page = api.get("jobs/%s/events?limit=2&after=%s".formatted(job, known));
        assertThat(page.get("data").valueStream().toList()).isEqualTo(listed.subList(3, 5));
        assertThat(page.get("has_more").asBoolean()).isTrue();
    }

    @Test
    void whatHappensWhileTheDatabaseIsNotHeardIsToldAfterwards() throws Exception {
        String job = paused();
        try (Stream stream = listen(job, null)) {
            stream.until("paused");

            database.sql(
                            "select pg_terminate_backend(pid) from pg_stat_activity where query ilike 'listen%' and datname = current_database()")
                    .query(Boolean.class)
                    .list();
            api.post("jobs/" + job + "/cancel", "", Api.ANY_SUCCESS);

            stream.until("cancelled");
            assertThat(stream.untilItEnds().getLast().name()).isEqualTo("end");
        }
    }

    @Test
    void whatCannotBeListenedToIsSaidSo() throws Exception {
        assertThat(answer("job_gone", null).statusCode()).isEqualTo(404);
        HttpResponse<InputStream> refused = answer(paused(), "yesterday");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(new String(refused.body().readAllBytes(), StandardCharsets.UTF_8))
                .contains("Last-Event-ID");
    }

    private String submit() {
        return api.post("jobs", JOB.formatted(experiment), 202).get("id").stringValue();
    }

    /** Paused before a worker took it, or soon after. */
    private String paused() {
        String job =
                api.post(
                                "jobs",
                                JOB.formatted(experiment)
                                        .replace("\"max_steps\": 4", "\"max_steps\": 4000"),
                                202)
                        .get("id")
                        .stringValue();
        api.post("jobs/" + job + "/pause", "", Api.ANY_SUCCESS);
        api.until("jobs/" + job, "paused");
        return job;
    }

    private List<JsonNode> listed(String job) {
        return api.get("jobs/" + job + "/events").get("data").valueStream().toList();
    }

    private HttpResponse<InputStream> answer(String job, @Nullable String last)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(
                                URI.create(
                                        "http://127.0.0.1:%d/api/v1/jobs/%s/events"
                                                .formatted(port, job)))
                        .header("Accept", "text/event-stream");
        if (last != null) request.header("Last-Event-ID", last);
        return HttpClient.newHttpClient()
                .send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    }

    private Stream listen(String job, @Nullable String last)
            throws IOException, InterruptedException {
        HttpResponse<InputStream> answer = answer(job, last);
        assertThat(answer.headers().firstValue("Content-Type").orElse(""))
                .startsWith("text/event-stream");
        return new Stream(answer.body());
    }

    /** An event as it came. */
    private record Heard(@Nullable String id, String name, JsonNode data) {}

    private static final class Stream implements AutoCloseable {
        private final BufferedReader lines;

        Stream(InputStream body) {
            lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
        }

        List<Heard> untilItEnds() throws IOException {
            List<Heard> heard = new ArrayList<>();
            for (Heard one = next(); one != null; one = next()) heard.add(one);
            return heard;
        }

        void until(String name) throws IOException {
            for (Heard one = next(); one != null; one = next()) if (one.name().equals(name)) return;
            throw new AssertionError("the stream ended before " + name);
        }

        private @Nullable Heard next() throws IOException {
            String id = null;
            String name = "";
            StringBuilder data = new StringBuilder();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("id:")) id = line.substring(3);
                else if (line.startsWith("event:")) name = line.substring(6);
                else if (line.startsWith("data:")) data.append(line.substring(5));
                else if (line.isEmpty() && !data.isEmpty())
                    return new Heard(id, name, Binder.JSON.readTree(data.toString()));
            }
            return null;
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }
}
