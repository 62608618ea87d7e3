package dev.palimpsest.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.Api;
import dev.palimpsest.ServiceTest;
import dev.palimpsest.SettableClock;
import dev.palimpsest.spec.Binder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.servlet.client.EntityExchangeResult;

@ServiceTest
@TestPropertySource(properties = "palimpsest.role=api")
class IdempotencyTests {
    private static final int CLIENTS = 200;

    @Autowired JdbcClient database;
    @Autowired SettableClock clock;
    @LocalServerPort int port;

    @Test
    void twoHundredClientsWithOneKeyMakeOneThingAndGetOneAnswer()
            throws InterruptedException, ExecutionException {
        Set<String> answers = new HashSet<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<EntityExchangeResult<byte[]>>> asked = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++)
                asked.add(threads.submit(() -> post("race", experiment("raced"))));
            for (Future<EntityExchangeResult<byte[]>> one : asked) {
                assertThat(one.get().getStatus().value()).isEqualTo(201);
                answers.add(text(one.get()) + one.get().getResponseHeaders().getLocation());
            }
        }

        assertThat(answers).hasSize(1);
        assertThat(count("raced")).isEqualTo(1);
    }

    @Test
    void theSameRequestIsAnsweredTheSameAndSaysThatItIsRepeated() {
        EntityExchangeResult<byte[]> first = post("again", experiment("asked twice"));
        EntityExchangeResult<byte[]> second = post("again", experiment("asked twice"));

        assertThat(text(second)).isEqualTo(text(first));
        assertThat(second.getResponseHeaders().getETag())
                .isEqualTo(first.getResponseHeaders().getETag());
        assertThat(first.getResponseHeaders().containsHeader("Idempotency-Replayed")).isFalse();
        assertThat(second.getResponseHeaders().getFirst("Idempotency-Replayed")).isEqualTo("true");
        assertThat(second.getResponseHeaders().getContentType())
                .isEqualTo(MediaType.APPLICATION_JSON);
        assertThat(count("asked twice")).isEqualTo(1);
    }

    @Test
    void anotherRequestWithTheKeyIsRefused() {
        post("taken", experiment("first use"));
        EntityExchangeResult<byte[]> other = post("taken", experiment("second use"));

        assertThat(other.getStatus().value()).isEqualTo(422);
        assertThat(Binder.JSON.readTree(other.getResponseBodyContent()).get("detail").stringValue())
                .contains("taken")
                .contains("new key");
        assertThat(count("second use")).isZero();
        assertThat(post("with space", experiment("x")).getStatus().value()).isEqualTo(400);
    }

    @Test
    void whatWasRefusedLeavesNothingAndTheKeyIsFree() {
        EntityExchangeResult<byte[]> refused =
                post("mended", experiment("mended").replace("gsm8k_perplexity", "no such task"));
        EntityExchangeResult<byte[]> mended = post("mended", experiment("mended"));

        assertThat(refused.getStatus().value()).isEqualTo(422);
        assertThat(mended.getStatus().value()).isEqualTo(201);
        assertThat(count("mended")).isEqualTo(1);
    }

    @Test
    void aKeyIsForgottenAfterAWeek() {
        post("old", experiment("old"));
        clock.advance(Duration.ofDays(8));
        post("old", experiment("old"));

        assertThat(count("old")).isEqualTo(2);
    }

    @Test
    void aSecretThatWasAnsweredIsNeitherKeptNorMadeTwice() {
        String asked = "{\"name\": \"once\", \"scope\": \"read\"}";
        EntityExchangeResult<byte[]> made = post("keys", "secret", asked);
        EntityExchangeResult<byte[]> again = post("keys", "secret", asked);

        String key = Binder.JSON.readTree(made.getResponseBodyContent()).get("key").stringValue();
        assertThat(again.getStatus().value()).isEqualTo(409);
        assertThat(text(again)).contains("is not kept").doesNotContain(key);
        assertThat(
                        database.sql(
                                        "select row_to_json(a)::text from idempotent_answers a where key = 'secret'")
                                .query(String.class)
                                .single())
                .contains("\"body\":null");
        assertThat(
                        database.sql("select count(*) from api_keys where name = 'once'")
                                .query(Long.class)
                                .single())
                .isEqualTo(1);
    }

    @Test
    void aPointThatContradictsOneIsRefusedInWordsUnderAKeyToo() {
        String experiment =
                Binder.JSON
                        .readTree(post("told", experiment("told")).getResponseBodyContent())
                        .get("id")
                        .stringValue();
        String job =
                Binder.JSON
                        .readTree(
                                post(
                                                "jobs",
                                                "told-job",
                                                """
                                                {"experiment": "%s", "executor": "external", "dataset": {"train": "elsewhere"},
                                                 "method": {"type": "full"}, "training": {"max_steps": 9, "learning_rate": 1e-3}}"""
                                                        .formatted(experiment))
                                        .getResponseBodyContent())
                        .get("id")
                        .stringValue();
        String points = "{\"data\": [{\"key\": \"train/loss\", \"step\": 1, \"value\": %d}]}";

        assertThat(
                        post("jobs/" + job + "/metrics", "first", points.formatted(1))
                                .getStatus()
                                .value())
                .isEqualTo(200);
        EntityExchangeResult<byte[]> other =
                post("jobs/" + job + "/metrics", "second", points.formatted(2));
        assertThat(other.getStatus().value()).isEqualTo(422);
        assertThat(text(other)).contains("a point is told once");
    }

    private long count(String name) {
        return database.sql("select count(*) from experiments where name = ?")
                .param(name)
                .query(Long.class)
                .single();
    }

    private static String experiment(String name) {
        return """
               {"name": "%s", "base_model": "palimpsest-mini", "learning_tasks": ["gsm8k_perplexity"]}"""
                .formatted(name);
    }

    private EntityExchangeResult<byte[]> post(String key, String body) {
        return post("experiments", key, body);
    }

    private EntityExchangeResult<byte[]> post(String path, String key, String body) {
        return Api.once(port)
                .post()
                .uri("/api/v1/" + path)
                .header("Idempotency-Key", key)
                .contentType(MediaType.APPLICATION_JSON)
                .body(body)
                .exchange()
                .expectBody()
                .returnResult();
    }

    private static String text(EntityExchangeResult<byte[]> answer) {
        return new String(answer.getResponseBodyContent(), java.nio.charset.StandardCharsets.UTF_8);
    }
}
