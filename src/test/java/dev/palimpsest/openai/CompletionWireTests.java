package dev.palimpsest.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.Api;
import dev.palimpsest.ServiceTest;
import dev.palimpsest.spec.Binder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.servlet.client.EntityExchangeResult;
import tools.jackson.databind.JsonNode;

/** What is answered where no worker is. */
@ServiceTest
@TestPropertySource(
        properties = {
            "palimpsest.role=api",
            "palimpsest.completions.timeout=2s",
            "palimpsest.completions.most-at-once=1",
            "palimpsest.completions.most-tokens=100"
        })
class CompletionWireTests {
    private static final String CHAT = "chat/completions";
    private static final String TEXT = "completions";

    @Autowired JdbcClient database;
    @LocalServerPort int port;

    @Test
    void whatCannotBeDoneIsABadRequestThatNamesItsField() {
        Map<String, String> chats =
                Map.ofEntries(
                        Map.entry("\"messages\": []", "messages"),
                        Map.entry(
                                "\"messages\": [{\"role\": \"tool\", \"content\": \"x\"}]",
                                "messages.0.role"),
                        Map.entry(
                                "\"messages\": [{\"role\": \"user\", \"content\": 7}]",
                                "messages.0.content"),
                        Map.entry(
                                "\"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"image_url\"}]}]",
                                "messages.0.content.0"),
                        Map.entry(
                                "\"messages\": [{\"role\": \"user\", \"content\": \"x\", \"name\": \"a\"}]",
                                "messages.0.name"),
                        Map.entry("\"max_tokens\": 5, \"max_completion_tokens\": 5", "max_tokens"),
                        Map.entry("\"max_completion_tokens\": 101", "max_completion_tokens"),
                        Map.entry("\"max_tokens\": 0", "max_tokens"),
                        Map.entry("\"temperature\": 2.5", "temperature"),
                        Map.entry("\"top_p\": -1", "top_p"),
                        Map.entry("\"n\": 9", "n"),
                        Map.entry("\"seed\": 1.5", "seed"),
                        Map.entry("\"stop\": [\"a\", \"b\", \"c\", \"d\", \"e\"]", "stop"),
                        Map.entry("\"stop\": \"\"", "stop"),
                        Map.entry(
                                "\"stream_options\": {\"include_usage\": true}", "stream_options"),
                        Map.entry("\"tools\": [{\"type\": \"function\"}]", "tools"),
                        Map.entry("\"logprobs\": 5", "logprobs"),
                        Map.entry("\"top_logprobs\": 5", "top_logprobs"),
                        Map.entry("\"logprobs\": true, \"top_logprobs\": 21", "top_logprobs"),
                        Map.entry("\"tool_choice\": \"auto\"", "tool_choice"),
                        Map.entry("\"presence_penalty\": -2.5", "presence_penalty"),
                        Map.entry(
                                "\"response_format\": {\"type\": \"json_object\"}",
                                "response_format"),
                        Map.entry("\"colour\": \"red\"", "colour"));
        chats.forEach((field, param) -> refused(CHAT, chat(field), 400, param));
        Map<String, String> texts =
                Map.of(
                        "\"prompt\": []",
                        "prompt",
                        "\"prompt\": [1, 2]",
                        "prompt",
                        "\"prompt\": [\"a\", \"b\", \"c\"], \"n\": 6",
                        "n",
                        "\"prompt\": \"a\", \"best_of\": 2",
                        "best_of",
                        "\"prompt\": \"a\", \"max_tokens\": 0",
                        "max_tokens",
                        "\"prompt\": \"a\", \"logprobs\": 6",
                        "logprobs",
                        "\"prompt\": \"a\", \"suffix\": \"b\"",
                        "suffix",
                        "\"prompt\": \"%s\"".formatted("so ".repeat(2000)),
                        "prompt",
                        "\"prompt\": \"%s\", \"max_tokens\": 100".formatted("so ".repeat(980)),
                        "max_tokens");
        texts.forEach(
                (field, param) ->
                        refused(
                                TEXT,
                                "{\"model\": \"palimpsest-mini\", %s}".formatted(field),
                                400,
                                param));
        refused(CHAT, chat("\"model\": \"gpt-4o-mini\""), 404, "model");
        refused(
                CHAT,
                chat("\"model\": \"ft:palimpsest-mini:palimpsest:x:06dgm0e1xhw4t9s8n1p3q5r7vw\""),
                404,
                "model");
        assertThat(
                        database.sql("select count(*) from completions where ended_at is null")
                                .query(Long.class)
                                .single())
                .isZero();
    }

    @Test
    void aRequestThatNoWorkerTakesIsAnsweredInTimeAndLeavesNothingBehind()
            throws ExecutionException, InterruptedException {
        EntityExchangeResult<byte[]> crowded;
        EntityExchangeResult<byte[]> waited;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            String asked =
                    chat(
                            "\"tools\": [], \"logit_bias\": {}, \"presence_penalty\": 0.0, \"user\": null");
            Future<EntityExchangeResult<byte[]>> waiting = threads.submit(() -> post(CHAT, asked));
            Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> queued() == 1);
            crowded =
                    post(
                            TEXT,
                            "{\"model\": \"palimpsest-mini\", \"prompt\": \"a\", \"stream\": true}");
            waited = waiting.get();
        }

        assertThat(crowded.getStatus().value()).isEqualTo(429);
        assertThat(crowded.getResponseHeaders().getFirst("Retry-After")).isEqualTo("2");
        assertThat(error(crowded).get("code").stringValue()).isEqualTo("too_many_requests");
        assertThat(waited.getStatus().value()).isEqualTo(503);
        assertThat(waited.getResponseHeaders().getFirst("x-should-retry")).isEqualTo("false");
        assertThat(error(waited).get("message").stringValue())
                .startsWith("no worker was free within 2 s");
        assertThat(error(waited).get("type").stringValue()).isEqualTo("server_error");
        assertThat(queued()).isZero();
        assertThat(
                        database.sql("select count(*) from completions where texts is not null")
                                .query(Long.class)
                                .single())
                .isZero();
    }

    private long queued() {
        return database.sql(
                        "select count(*) from scheduled_tasks where task_instance like 'completion %'")
                .query(Long.class)
                .single();
    }

    /** A right one but for what is said twice. */
    private static String chat(String field) {
        List<String> fields = new ArrayList<>(List.of(field));
        if (!field.contains("\"model\"")) fields.add("\"model\": \"palimpsest-mini\"");
        if (!field.contains("\"messages\""))
            fields.add(
                    "\"messages\": [{\"role\": \"developer\", \"content\": [{\"type\": \"text\", \"text\": \"a\"}]}]");
        return "{" + String.join(", ", fields) + "}";
    }

    private void refused(String path, String body, int status, String param) {
        EntityExchangeResult<byte[]> answer = post(path, body);

        assertThat(answer.getStatus().value()).as(body).isEqualTo(status);
        assertThat(error(answer).get("param").asString("")).as(body).isEqualTo(param);
        assertThat(error(answer).get("type").stringValue()).isEqualTo("invalid_request_error");
    }

    private static JsonNode error(EntityExchangeResult<byte[]> answer) {
        return Binder.JSON.readTree(answer.getResponseBodyContent()).get("error");
    }

    private EntityExchangeResult<byte[]> post(String path, String body) {
        return Api.once(port)
                .post()
                .uri("/v1/" + path)
                .contentType(MediaType.APPLICATION_JSON)
                .body(body)
                .exchange()
                .expectBody()
                .returnResult();
    }
}
