package dev.palimpsest.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.palimpsest.Api;
import dev.palimpsest.OracleSet;
import dev.palimpsest.ServiceTest;
import dev.palimpsest.spec.Binder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.web.servlet.client.RestTestClient;
import tools.jackson.databind.JsonNode;

/** What models say here is held against what transformers and PEFT had them say. */
@ServiceTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CompletionTests {
    private static final List<String> VARIANTS = List.of("llama_tied", "qwen3");

    private static final String CHAT =
            """
            {"model": "spoken-llama_tied", "messages": [{"role": "user", "content": "The old engineer"}],
             "max_completion_tokens": 24, "temperature": 0.9, "n": 2, "seed": %d%s}""";

    @Autowired RestTestClient client;
    @Autowired JdbcClient database;
    @LocalServerPort int port;

    @BeforeAll
    void register() {
        Api api = new Api(client);
        for (String variant : VARIANTS) {
            api.post(
                    "models",
                    """
                    {"name": "spoken-%s", "source": {"type": "directory", "path": "%s"}}"""
                            .formatted(variant, oracle(variant).resolve("model")),
                    202);
            api.until("models/spoken-" + variant, "ready");
        }
    }

    @Test
    void greedyTextsAreThoseOfTransformersToTheCharacterWholeAndStreamed() throws IOException {
        for (String variant : VARIANTS)
            for (JsonNode greedy : greedy(oracle(variant).resolve("base.json")))
                agrees("spoken-" + variant, greedy);
    }

    @Test
    void greedyTextsOfAnAdapterAreThoseOfPeft() throws IOException {
        String model = sentAdapter();

        for (JsonNode greedy : greedy(oracle("llama_tied").resolve("lora").resolve("after.json"))) {
            agrees(model, greedy);
            agrees(model + ":ckpt-step-20", greedy);
        }
    }

    @Test
    void aChatIsWhatItsTemplateSaysAndASeedSaysItAgain() {
        JsonNode first = post("chat/completions", CHAT.formatted(7, ""));
        JsonNode again = post("chat/completions", CHAT.formatted(7, ""));
        JsonNode other = post("chat/completions", CHAT.formatted(8, ""));

        assertThat(again.get("choices")).isEqualTo(first.get("choices"));
        assertThat(other.get("choices")).isNotEqualTo(first.get("choices"));
        assertThat(first.at("/choices/1/message/content"))
                .isNotEqualTo(first.at("/choices/0/message/content"));
        List<JsonNode> chunks = stream("chat/completions", CHAT.formatted(7, ", \"stream\": true"));
        for (int choice = 0; choice < 2; choice++)
            assertThat(said(chunks, choice, "/delta/content"))
                    .isEqualTo(first.at("/choices/" + choice + "/message/content").stringValue());
        JsonNode plain =
                post(
                        "completions",
                        """
                        {"model": "spoken-llama_tied", "max_tokens": 24, "temperature": 0.9, "n": 2, "seed": 7,
                         "prompt": "<|im_start|>user\\nThe old engineer<|im_end|>\\n<|im_start|>assistant\\n"}""");
        assertThat(plain.at("/choices/1/text")).isEqualTo(first.at("/choices/1/message/content"));
        assertThat(plain.get("usage")).isEqualTo(first.get("usage"));
    }

    @Test
    void aTokensChanceIsThatOfTransformersWholeAndStreamed() throws IOException {
        for (String variant : VARIANTS)
            for (JsonNode greedy : greedy(oracle(variant).resolve("base.json"))) {
                String asked =
                        """
                        {"model": "spoken-%s", "prompt": "%s", "max_tokens": 5, "temperature": 0, "logprobs": 2%s}"""
                                .formatted(variant, greedy.get("prompt").stringValue(), "%s");

                JsonNode whole = post("completions", asked.formatted(""));
                List<JsonNode> chunks =
                        stream("completions", asked.formatted(", \"stream\": true"));

                JsonNode told = whole.at("/choices/0/logprobs");
                assertThat(sum(told.get("token_logprobs")))
                        .isCloseTo(greedy.get("first5_sum_logprob").asDouble(), within(1e-3));
                assertThat(joined(told.get("tokens"))).isEqualTo(whole.at("/choices/0/text"));
                for (int i = 0; i < 5; i++) {
                    JsonNode top = told.at("/top_logprobs/" + i);
                    assertThat(top).hasSize(2);
                    assertThat(top.properties().iterator().next().getValue())
                            .isEqualTo(told.at("/token_logprobs/" + i));
                }
                assertThat(all(chunks, "/logprobs/token_logprobs"))
                        .isEqualTo(told.get("token_logprobs"));
                assertThat(all(chunks, "/logprobs/text_offset")).isEqualTo(told.get("text_offset"));
            }
    }

    @Test
    void aPromptsOwnChanceIsThatOfTransformers() throws IOException {
        for (String variant : VARIANTS)
            for (JsonNode scored :
                    OracleSet.json(oracle(variant).resolve("base.json")).get("loglikelihood")) {
                String prompt =
                        scored.get("context").stringValue()
                                + scored.get("continuation").stringValue();
                if (prompt.contains("\n")) continue; // one text's tokens are not those of two
                int context = scored.get("context_ids").size();

                JsonNode answer =
                        post(
                                "completions",
                                """
                                {"model": "spoken-%s", "prompt": %s, "max_tokens": 0, "echo": true, "logprobs": 1, "temperature": 0}"""
                                        .formatted(
                                                variant, Binder.JSON.writeValueAsString(prompt)));

                JsonNode logs = answer.at("/choices/0/logprobs/token_logprobs");
                assertThat(joined(answer.at("/choices/0/logprobs/tokens")))
                        .isEqualTo(answer.at("/choices/0/text"));
                assertThat(answer.at("/usage/completion_tokens").asInt()).isZero();
                assertThat(logs.get(0).isNull()).isTrue();
                assertThat(logs).hasSize(context + scored.get("continuation_ids").size());
                assertThat(logs.valueStream().skip(context).mapToDouble(JsonNode::asDouble).sum())
                        .isCloseTo(scored.get("sum_logprob").asDouble(), within(1e-3));
            }
    }

    @Test
    void aChatsTokensAreToldUpToItsStopWithTheLikeliestOfEachPlace() {
        String asked =
                """
                {"model": "spoken-llama_tied", "messages": [{"role": "user", "content": "The old engineer"}], "seed": 3,
                 "max_completion_tokens": 12, "temperature": 0.7, "logprobs": true, "top_logprobs": 20%s}""";

        JsonNode whole = post("chat/completions", asked.formatted(""));
        List<JsonNode> chunks = stream("chat/completions", asked.formatted(", \"stream\": true"));

        JsonNode tokens = whole.at("/choices/0/logprobs/content");
        assertThat(tokens).hasSize(whole.at("/usage/completion_tokens").asInt());
        assertThat(tokens.get(0).get("top_logprobs")).hasSize(20);
        double mass =
                tokens.get(0)
                        .get("top_logprobs")
                        .valueStream()
                        .mapToDouble(its -> Math.exp(its.get("logprob").asDouble()))
                        .sum();
        assertThat(mass).isBetween(0.0, 1.0);
        assertThat(all(chunks, "/logprobs/content")).isEqualTo(tokens);
        String second = tokens.get(4).get("token").stringValue().strip();
        JsonNode stopped =
                post(
                        "chat/completions",
                        asked.formatted(", \"stop\": " + Binder.JSON.writeValueAsString(second)));
        JsonNode before = stopped.at("/choices/0/logprobs/content");
        assertThat(before.size()).isLessThanOrEqualTo(5);
        for (int i = 0; i < before.size(); i++) assertThat(before.get(i)).isEqualTo(tokens.get(i));
    }

    @Test
    void aTextEndsBeforeAStopOfWhichNothingIsTold() throws IOException {
        String text =
                greedy(oracle("qwen3").resolve("base.json")).getFirst().get("text").stringValue();
        String stop = "although";
        assertThat(text).contains(stop);

        JsonNode whole = post("completions", stopped("[\"never\", \"although\"]", ""));
        List<JsonNode> chunks =
                stream("completions", stopped("\"although\"", ", \"stream\": true"));

        assertThat(whole.at("/choices/0/text").stringValue())
                .isEqualTo(text.substring(0, text.indexOf(stop)));
        assertThat(whole.at("/choices/0/finish_reason").stringValue()).isEqualTo("stop");
        assertThat(said(chunks, 0, "/text")).isEqualTo(text.substring(0, text.indexOf(stop)));
        assertThat(chunks.getLast().at("/choices/0/finish_reason").stringValue()).isEqualTo("stop");
    }

    @Test
    void whoeverHangsUpIsWrittenForNoLonger() throws IOException {
        try (Socket caller = call(", \"stream\": true")) {
            BufferedReader lines =
                    new BufferedReader(
                            new InputStreamReader(caller.getInputStream(), StandardCharsets.UTF_8));
            assertThat(lines.lines().anyMatch(line -> line.startsWith("data: {"))).isTrue();
        }
        ended("cancelled");
        try (Socket caller = call("")) {
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> newest().equals("running"));
            assertThat(caller.isClosed()).isFalse();
        }
        ended("cancelled");

        assertThat(
                        database.sql("select count(*) from completion_pieces")
                                .query(Long.class)
                                .single())
                .isZero();
        assertThat(
                        database.sql("select count(*) from completions where texts is not null")
                                .query(Long.class)
                                .single())
                .isZero();
        assertThat(post("chat/completions", CHAT.formatted(1, "")).get("choices")).hasSize(2);
    }

    @Test
    void anIdempotencyKeyKeepsNothing() {
        for (int time = 0; time < 2; time++)
            client.post()
                    .uri("/v1/chat/completions")
                    .header("Idempotency-Key", "said")
                    .contentType(MediaType.APPLICATION_JSON)
                    .body(CHAT.formatted(time, ""))
                    .exchange()
                    .expectStatus()
                    .isOk();

        assertThat(
                        database.sql("select count(*) from idempotent_answers where key = 'said'")
                                .query(Long.class)
                                .single())
                .isZero();
    }

    private void ended(String status) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(newest()).isEqualTo(status));
    }

    private String newest() {
        return database.sql("select status from completions order by id desc limit 1")
                .query(String.class)
                .single();
    }

    /** Asks for more than is written while it listens. */
    private Socket call(String more) throws IOException {
        byte[] body =
                """
                {"model": "palimpsest-mini", "prompt": "A word", "max_tokens": 500, "n": 8, "logit_bias": {}%s}"""
                        .formatted(more)
                        .getBytes(StandardCharsets.UTF_8);
        Socket caller = new Socket("127.0.0.1", port);
        String head =
                "POST /v1/completions HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                        .formatted(body.length);
        caller.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        caller.getOutputStream().write(body);
        caller.getOutputStream().flush();
        return caller;
    }

    private void agrees(String model, JsonNode greedy) {
        String text = greedy.get("text").stringValue();
        String asked =
                """
                {"model": "%s", "prompt": "%s", "max_tokens": 32, "temperature": 0%s}"""
                        .formatted(model, greedy.get("prompt").stringValue(), "%s");

        JsonNode whole = post("completions", asked.formatted(""));
        List<JsonNode> chunks =
                stream(
                        "completions",
                        asked.formatted(
                                ", \"stream\": true, \"stream_options\": {\"include_usage\": true}"));

        assertThat(whole.at("/choices/0/text").stringValue()).isEqualTo(text);
        assertThat(whole.at("/choices/0/finish_reason").stringValue()).isEqualTo("length");
        assertThat(whole.at("/usage/prompt_tokens").asInt())
                .isEqualTo(greedy.get("prompt_ids").size());
        assertThat(whole.at("/usage/completion_tokens").asInt()).isEqualTo(32);
        assertThat(said(chunks, 0, "/text")).isEqualTo(text);
        assertThat(chunks).hasSizeGreaterThan(10);
        assertThat(chunks.getLast().get("usage")).isEqualTo(whole.get("usage"));
        assertThat(chunks.getLast().get("choices")).isEmpty();
    }

    /** An adapter that was trained elsewhere, as a fine-tuned model. */
    private String sentAdapter() {
        Api api = new Api(client);
        String experiment =
                api.post(
                                "experiments",
                                """
                                {"name": "spoken", "base_model": "spoken-llama_tied", "learning_tasks": ["gsm8k_perplexity"]}""",
                                201)
                        .get("id")
                        .stringValue();
        String job =
                api.post(
                                "jobs",
                                """
                                {"experiment": "%s", "executor": "external", "dataset": {"train": "elsewhere"},
                                 "method": {"type": "lora", "rank": 8, "alpha": 16}, "evaluation": {"limit": 1},
                                 "training": {"epochs": 1, "learning_rate": 1e-3, "sequence_length": 64}}"""
                                        .formatted(experiment),
                                202)
                        .get("id")
                        .stringValue();
        api.post(
                "jobs/" + job + "/checkpoints",
                """
                {"step": 20, "epoch": 1, "tokens": 100, "source": {"type": "directory", "path": "%s"}}"""
                        .formatted(oracle("llama_tied").resolve("lora").resolve("final")),
                201);
        api.post("jobs/" + job + "/end", "{\"outcome\": \"succeeded\"}", 200);
        return "ft:spoken-llama_tied:palimpsest::" + job.substring("job_".length());
    }

    private static String stopped(String stop, String more) {
        return """
               {"model": "spoken-qwen3", "prompt": "The old engineer", "max_tokens": 32, "temperature": 0, "stop": %s%s}"""
                .formatted(stop, more);
    }

    private static String said(List<JsonNode> chunks, int choice, String place) {
        return chunks.stream()
                .flatMap(chunk -> chunk.get("choices").valueStream())
                .filter(its -> its.get("index").asInt() == choice)
                .map(its -> its.at(place).asString(""))
                .collect(Collectors.joining());
    }

    private static double sum(JsonNode numbers) {
        return numbers.valueStream().mapToDouble(JsonNode::asDouble).sum();
    }

    private static JsonNode joined(JsonNode texts) {
        return Binder.JSON.valueToTree(
                texts.valueStream().map(JsonNode::stringValue).collect(Collectors.joining()));
    }

    /** What all chunks list at a place of their first choice. */
    private static JsonNode all(List<JsonNode> chunks, String place) {
        return Binder.JSON.valueToTree(
                chunks.stream()
                        .flatMap(chunk -> chunk.get("choices").valueStream())
                        .flatMap(choice -> choice.at(place).valueStream())
                        .toList());
    }

    private static Path oracle(String variant) {
        return OracleSet.chosen().folder().resolve(variant).toAbsolutePath();
    }

    private static List<JsonNode> greedy(Path file) throws IOException {
        return OracleSet.json(file).get("greedy").valueStream().toList();
    }

    private List<JsonNode> stream(String path, String body) {
        String events = asked(path, body);
        assertThat(events).endsWith("data: [DONE]\n\n");
        List<JsonNode> chunks = new ArrayList<>();
        for (String event : events.split("\n\n"))
            if (!event.endsWith("[DONE]"))
                chunks.add(Binder.JSON.readTree(event.substring("data: ".length())));
        return chunks;
    }

    private JsonNode post(String path, String body) {
        return Binder.JSON.readTree(asked(path, body));
    }

    private String asked(String path, String body) {
        return new String(
                client.post()
                        .uri("/v1/" + path)
                        .contentType(MediaType.APPLICATION_JSON)
                        .body(body)
                        .exchange()
                        .expectStatus()
                        .isOk()
                        .expectBody()
                        .returnResult()
                        .getResponseBodyContent(),
                StandardCharsets.UTF_8);
    }
}
