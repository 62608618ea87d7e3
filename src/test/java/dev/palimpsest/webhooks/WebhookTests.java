package dev.palimpsest.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.Headers;
import com.openai.errors.InvalidWebhookSignatureException;
import com.openai.models.webhooks.UnwrapWebhookEvent;
import com.openai.models.webhooks.WebhookVerificationParams;
import dev.palimpsest.Api;
import dev.palimpsest.ServiceTest;
import dev.palimpsest.SettableClock;
import dev.palimpsest.jobs.GuardActed;
import dev.palimpsest.jobs.Guarded;
import dev.palimpsest.jobs.Job;
import dev.palimpsest.jobs.Moves;
import dev.palimpsest.jobs.Outcome;
import dev.palimpsest.jobs.SomeJobs;
import dev.palimpsest.jobs.Turn;
import dev.palimpsest.jobs.Turns;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.Guard;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

/**
 * Webhooks to an endpoint on this machine. The service's clock stands still, so the queue, which
 * goes by the real time, finds every next attempt due.
 */
@ServiceTest
@TestPropertySource(
        properties = {"palimpsest.role=api", "palimpsest.egress.allow=127.0.0.1/32,127.0.0.3/32"})
@ExtendWith(OutputCaptureExtension.class)
class WebhookTests {
    private static final Instant LONG_AGO = Instant.parse("2026-01-01T00:00:00Z");
    private static final int THREADS = WebhookConfiguration.THREADS;
    private static final Outcome.Finished FINISHED = new Outcome.Finished(10, 1);

    @Autowired ApplicationContext context;
    @Autowired RestTestClient client;
    @Autowired JdbcClient database;
    @Autowired TransactionTemplate transaction;
    @Autowired ApplicationEventPublisher events;
    @Autowired SettableClock clock;
    @Autowired Turns turns;
    @Autowired Moves moves;
    private final Receiver receiver = new Receiver();
    private Api api;
    private SomeJobs some;
    private String experiment;

    @BeforeEach
    void anExperiment() {
        clock.set(LONG_AGO);
        api = new Api(client);
        some = new SomeJobs(context);
        experiment = some.experiment();
    }

    @AfterEach
    void stop() {
        database.sql("delete from webhooks").update();
        receiver.close();
    }

    @Test
    void theEndOfAJobIsToldInTheWordsOfTheHostedServiceAndItsClientVerifiesIt() {
        JsonNode made = make("/hosted", "fine_tuning.job.succeeded", "fine_tuning.job.failed");
        clock.set(Instant.now()); // the client looks at its own
        Job job = some.queued(experiment);

        turns.end(begin(job), FINISHED);

        Receiver.Received told = received(1).getFirst();
        UnwrapWebhookEvent event = unwrap(told, secret(made));
        assertThat(event.asFineTuningJobSucceeded().data().id())
                .isEqualTo(job.id().replace("job_", "ftjob-"));
        assertThat(event.asFineTuningJobSucceeded().id()).isEqualTo(told.id()).startsWith("evt_");
        assertThat(told.json().get("object").stringValue()).isEqualTo("event");
        assertThat(told.header("Content-type")).isEqualTo("application/json");
        assertThatThrownBy(() -> unwrap(told, "whsec_" + "A".repeat(44)))
                .isInstanceOf(InvalidWebhookSignatureException.class);
    }

    @Test
    void ourEventsSayWhatIsToBeKnownAndOnlyThoseAskedForAreSent() {
        String id = id(make("/ours", "job.failed", "job.guarded"));
        Job job = some.queued(experiment);
        Turn turn = begin(job);
        Guard guard = new Guard.Forgetting(0.1, Guard.Action.STOP);
        Guarded act =
                new Guarded(guard, 4, List.of(new Guarded.Value(4, 0.2)), "too much", 2L, "ckpt_1");
        transaction.executeWithoutResult(_ -> events.publishEvent(new GuardActed(job.id(), act)));
        turns.end(turn, new Outcome.Failed("the loss became NaN", "at step 5", false));
        turns.end(begin(some.queued(experiment)), FINISHED);

        List<JsonNode> told = received(2).stream().map(Receiver.Received::json).toList();
        JsonNode guarded = ofType(told, "job.guarded");
        assertThat(guarded.at("/data/guard").stringValue()).isEqualTo("forgetting");
        assertThat(guarded.at("/data/action").stringValue()).isEqualTo("stop");
        assertThat(guarded.at("/data/values/0/value").doubleValue()).isEqualTo(0.2);
        assertThat(guarded.at("/data/result").stringValue()).isEqualTo("ckpt_1");
        JsonNode failed = ofType(told, "job.failed");
        assertThat(failed.at("/data/id").stringValue()).isEqualTo(job.id());
        assertThat(failed.at("/data/experiment").stringValue()).isEqualTo(experiment);
        assertThat(failed.at("/data/error").stringValue()).isEqualTo("the loss became NaN");
        assertThat(deliveries(id, its -> allAre(its, "delivered"))).hasSize(2);
    }

    @Test
    void whatIsRolledBackIsNotTold() {
        make("/rolled-back", "job.cancelled");
        Job job = some.queued(experiment);

        transaction.executeWithoutResult(
                status -> {
                    moves.of(job.id(), its -> its.cancel(clock.instant()));
                    status.setRollbackOnly();
                });
        assertThat(count("webhook_events where cause like '" + job.id() + "%'")).isZero();

        moves.of(job.id(), its -> its.cancel(clock.instant()));
        assertThat(received(1).getFirst().json().at("/data/id").stringValue()).isEqualTo(job.id());
    }

    @Test
    void aSweepIsToldOfOnceHoweverItsLastJobsEndAndAgainOnceItWasRetried() throws Exception {
        make("/sweeps", "sweep.ended");
        JsonNode sweep =
                api.post(
                        "experiments/" + experiment + "/sweeps",
                        """
                        {"template": {"dataset": {"train": "gsm8k-train"}, "method": {"type": "full"}, "training": {"max_steps": 10}},
                         "grid": {"training.learning_rate": [1e-4, 1e-3, 1e-2, 1e-1]}}""",
                        Api.ANY_SUCCESS);
        List<Turn> running =
                sweep.get("cells")
                        .valueStream()
                        .map(cell -> cell.get("job").stringValue())
                        .map(job -> turns.begin(job, 1, "worker").orElseThrow())
                        .toList();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> ends =
                    running.stream()
                            .<Future<?>>map(turn -> threads.submit(() -> turns.end(turn, FINISHED)))
                            .toList();
            for (Future<?> end : ends) end.get();
        }
        JsonNode told = received(1).getFirst().json();
        assertThat(told.at("/data/id")).isEqualTo(sweep.get("id"));
        assertThat(told.at("/data/statuses/succeeded").asInt()).isEqualTo(4);

        JsonNode other =
                api.post(
                        "experiments/" + experiment + "/sweeps",
                        """
                        {"template": {"dataset": {"train": "gsm8k-train"}, "method": {"type": "full"}, "training": {"max_steps": 20}},
                         "grid": {"training.learning_rate": [1e-4, 1e-3]}}""",
                        Api.ANY_SUCCESS);
        String path = "sweeps/" + other.get("id").stringValue();
        api.post(path + "/cancel", "", Api.ANY_SUCCESS);
        api.post(path + "/retry", "", Api.ANY_SUCCESS);
        api.post(path + "/cancel", "", Api.ANY_SUCCESS);
        assertThat(received(3)).extracting(Receiver.Received::id).doesNotHaveDuplicates();
        assertThat(count("webhook_events where type = 'sweep.ended'")).isEqualTo(3);
    }

    @Test
    void theEndOfAStudyIsTold() {
        make("/studies", "study.ended");
        JsonNode study =
                api.post(
                        "experiments/" + experiment + "/studies",
                        """
                        {"template": {"dataset": {"train": "gsm8k-train"}, "training": {"batch_size": 4, "sequence_length": 64}},
                         "ranks": [4], "rates": {"full": [1e-4], "lora": [1e-3]},
                         "ladder": {"kind": "runs", "steps": [10]}, "seeds": [1], "spectra": false}""",
                        202);
        String path = "studies/" + id(study);
        api.post(path + "/cancel", "", Api.ANY_SUCCESS);
        api.post(path + "/cancel", "", Api.ANY_SUCCESS);

        JsonNode told = received(1).getFirst().json();
        assertThat(told.at("/data/id")).isEqualTo(study.get("id"));
        assertThat(told.at("/data/status").stringValue()).isEqualTo("cancelled");
        assertThat(count("webhook_events where type = 'study.ended'")).isEqualTo(1);
    }

    @Test
    void aFailedPostIsTriedAgainUnderTheSameIdAndNeverFollowedElsewhere() {
        String id = id(make("/flaky", "job.failed"));
        receiver.answer(500, 302);

        JsonNode first = api.post("webhooks/" + id + "/test", "", 202);
        assertThat(first.get("status").stringValue()).isEqualTo("waiting");
        assertThat(first.at("/event/type").stringValue()).isEqualTo("webhook.test");
        JsonNode done = deliveries(id, its -> allAre(its, "delivered")).getFirst();

        assertThat(done.get("attempts").valueStream().map(one -> one.get("status").asInt()))
                .containsExactly(500, 302, 204);
        assertThat(done.get("attempts").valueStream().map(one -> one.get("number").asInt()))
                .containsExactly(1, 2, 3);
        assertThat(done.get("next_attempt_at").isNull()).isTrue();
        assertThat(receiver.received()).extracting(Receiver.Received::path).containsOnly("/flaky");
        assertThat(receiver.received())
                .extracting(Receiver.Received::id)
                .containsOnly(done.at("/event/id").stringValue());
        assertThat(receiver.received())
                .extracting(Receiver.Received::body)
                .hasSize(3)
                .containsOnly(receiver.received().getFirst().body());
        assertThat(api.get("webhooks/" + id).get("failing_since").isNull()).isTrue();
    }

    @Test
    void tenFailuresAreTheEndAndItsOwnerCanAskForMore(CapturedOutput log) {
        String id = id(make("/down", "job.failed"));
        receiver.alwaysAnswer(503);
        api.post("webhooks/" + id + "/test", "", 202);

        JsonNode given = deliveries(id, its -> allAre(its, "given_up")).getFirst();

        assertThat(given.get("attempts")).hasSize(10);
        assertThat(given.get("reason").stringValue())
                .isEqualTo("10 attempts failed, the last as it answered 503");
        assertThat(log).contains("is given up: 10 attempts failed");
        assertThat(api.get("webhooks/" + id).get("failing_since").isNull()).isFalse();

        receiver.alwaysAnswer(200);
        api.post("webhooks/%s/deliveries/%s/redeliver".formatted(id, id(given)), "", 202);
        JsonNode done = deliveries(id, its -> allAre(its, "delivered")).getFirst();
        assertThat(done.get("attempts")).hasSize(11);
        assertThat(done.at("/attempts/10/status").asInt()).isEqualTo(200);
        assertThat(api.get("webhooks/" + id).get("failing_since").isNull()).isTrue();
        assertThat(receiver.received())
                .extracting(Receiver.Received::id)
                .containsOnly(done.at("/event/id").stringValue());
    }

    @Test
    void anEndpointThatIsGoneIsSwitchedOffUntilItsOwnerSwitchesItOn() {
        String id = id(make("/gone", "job.failed"));
        receiver.answer(410);
        api.post("webhooks/" + id + "/test", "", 202);
        deliveries(id, its -> allAre(its, "given_up"));

        JsonNode off = api.get("webhooks/" + id);
        assertThat(off.get("enabled").booleanValue()).isFalse();
        assertThat(off.get("disabled_reason").stringValue())
                .isEqualTo("it answered 410: it wants to be told no more");
        assertThat(api.post("webhooks/" + id + "/test", "", 409).get("detail").stringValue())
                .contains("is switched off: it answered 410");
        turns.end(begin(some.queued(experiment)), new Outcome.Failed("no", "", false));

        JsonNode on = patch(id, "{\"enabled\": true}", null, 200);
        assertThat(on.get("enabled").booleanValue()).isTrue();
        assertThat(on.get("disabled_reason").isNull()).isTrue();
        api.post("webhooks/" + id + "/test", "", 202);
        assertThat(deliveries(id, its -> its.size() == 2 && hasOne(its, "delivered"))).hasSize(2);
    }

    @Test
    void anEndpointThatFailsForDaysIsSwitchedOffWithTheReason() {
        String id = id(make("/long", "job.failed"));
        receiver.alwaysAnswer(500);
        api.post("webhooks/" + id + "/test", "", 202);
        deliveries(id, its -> allAre(its, "given_up"));
        assertThat(api.get("webhooks/" + id).get("enabled").booleanValue()).isTrue();
        String since = api.get("webhooks/" + id).get("failing_since").stringValue();

        clock.advance(Duration.ofDays(3));
        api.post("webhooks/" + id + "/test", "", 202);
        deliveries(id, its -> its.size() == 2 && allAre(its, "given_up"));

        assertThat(api.get("webhooks/" + id).get("disabled_reason").stringValue())
                .isEqualTo(
                        "no attempt has succeeded since %s; the last failed as it answered 500"
                                .formatted(since));
        assertThat(receiver.received()).hasSize(11);
    }

    @Test
    void aNewSecretAndTheOldOneSignForADayAndThenTheNewAlone() {
        clock.set(Instant.now());
        JsonNode made = make("/rotated", "fine_tuning.job.cancelled");
        JsonNode rotated = api.post("webhooks/" + id(made) + "/rotate", "", 200);
        cancelOne();

        Receiver.Received both = received(1).getFirst();
        assertThat(unwrap(both, secret(made)).isFineTuningJobCancelled()).isTrue();
        assertThat(unwrap(both, secret(rotated)).isFineTuningJobCancelled()).isTrue();

        database.sql("update webhooks set old_secret_until = :now")
                .param("now", Timestamp.from(clock.instant()))
                .update();
        cancelOne();
        Receiver.Received one = received(2).getLast();
        assertThat(unwrap(one, secret(rotated)).isFineTuningJobCancelled()).isTrue();
        assertThatThrownBy(() -> unwrap(one, secret(made)))
                .isInstanceOf(InvalidWebhookSignatureException.class);
    }

    @Test
    void aSecretIsShownOnceAndNeverLogged(CapturedOutput log) {
        JsonNode made = make("/quiet", "job.failed");
        String secret = secret(made).substring("whsec_".length());
        assertThat(Base64.getDecoder().decode(secret)).hasSize(32);
        api.post("webhooks/" + id(made) + "/test", "", 202);
        deliveries(id(made), its -> allAre(its, "delivered"));

        assertThat(api.get("webhooks/" + id(made)).toString()).doesNotContain("secret");
        assertThat(api.get("webhooks").toString()).doesNotContain(secret);
        assertThat(api.get("webhooks/" + id(made) + "/deliveries").toString())
                .doesNotContain(secret);
        assertThat(log.getAll()).doesNotContain(secret);
    }

    @Test
    void anAddressInsideIsRefusedWhenItIsNamedAndWhenItIsPostedTo() {
        for (String url :
                List.of(
                        "http://169.254.169.254/latest/meta-data/",
                        "https://127.0.0.2/",
                        "https://[::1]/",
                        "ftp://127.0.0.1/",
                        "http://user:password@127.0.0.1/")) {
            JsonNode refused =
                    api.post(
                            "webhooks",
                            "{\"url\": \"%s\", \"events\": [\"job.failed\"]}".formatted(url),
                            422);
            assertThat(refused.at("/errors/0/pointer").stringValue()).isEqualTo("/url");
        }
        assertThat(count("webhooks")).isZero();

        String id = id(make("/moved", "job.failed"));
        database.sql("update webhooks set url = replace(url, '127.0.0.1', '127.0.0.2')").update();
        api.post("webhooks/" + id + "/test", "", 202);
        JsonNode given = deliveries(id, its -> allAre(its, "given_up")).getFirst();
        assertThat(given.at("/attempts/0/error").stringValue()).startsWith("http://127.0.0.2");
        assertThat(receiver.received()).isEmpty();
    }

    @Test
    void allFaultsOfAWebhookAreSaidAtOnce() {
        JsonNode refused =
                api.post(
                        "webhooks",
                        "{\"url\": \"palimpsest\", \"events\": [\"job.started\"], \"secret\": \"mine\"}",
                        422);

        assertThat(refused.get("errors").valueStream().map(one -> one.get("pointer").stringValue()))
                .containsExactlyInAnyOrder("/secret", "/url", "/events/0");
    }

    @Test
    void anEditOfWhatWasEditedSinceIsRefusedAndAReaderIsToldThatNothingChanged() {
        String id = id(make("/edited", "job.failed"));
        String tag =
                client.get()
                        .uri("/api/v1/webhooks/" + id)
                        .exchange()
                        .expectBody()
                        .returnResult()
                        .getResponseHeaders()
                        .getETag();
        client.get()
                .uri("/api/v1/webhooks/" + id)
                .header("If-None-Match", tag)
                .exchange()
                .expectStatus()
                .isEqualTo(304);

        JsonNode edited = patch(id, "{\"description\": \"mine\"}", tag, 200);
        assertThat(edited.get("description").stringValue()).isEqualTo("mine");
        patch(id, "{\"description\": \"yours\"}", tag, 412);
        client.delete()
                .uri("/api/v1/webhooks/" + id)
                .header("If-Match", tag)
                .exchange()
                .expectStatus()
                .isEqualTo(412);
        client.delete()
                .uri("/api/v1/webhooks/" + id)
                .header("If-Match", "\"7\", \"1\"")
                .exchange()
                .expectStatus()
                .isNoContent();
        client.get().uri("/api/v1/webhooks/" + id).exchange().expectStatus().isNotFound();
    }

    @Test
    void whatIsOldIsForgottenWithItsDeliveries() {
        String id = id(make("/old", "job.failed"));
        api.post("webhooks/" + id + "/test", "", 202);
        deliveries(id, its -> allAre(its, "delivered"));

        clock.advance(Duration.ofDays(31));
        api.post("webhooks/" + id + "/test", "", 202);

        assertThat(deliveries(id, its -> its.size() == 1 && allAre(its, "delivered"))).hasSize(1);
    }

    @Test
    void anEndpointThatDoesNotAnswerHoldsUpNobodyElse() {
        try (Receiver slow = new Receiver("127.0.0.3")) {
            slow.hold();
            String held = id(at(slow.url("/slow"), "job.cancelled"));
            for (int i = 0; i < 3 * THREADS; i++) cancelOne();
            Awaitility.await().until(() -> slow.received().size() == Lanes.MOST_AT_ONCE);
            String other = id(make("/quick", "job.succeeded"));

            turns.end(begin(some.queued(experiment)), FINISHED);

            received(1);
            assertThat(deliveries(other, its -> allAre(its, "delivered"))).hasSize(1);
            assertThat(slow.received()).hasSize(Lanes.MOST_AT_ONCE);
            slow.letGo();
            assertThat(deliveries(held, its -> allAre(its, "delivered"))).hasSize(3 * THREADS);
            assertThat(slow.received().stream().map(Receiver.Received::id).distinct())
                    .hasSize(3 * THREADS);
        }
    }

    private JsonNode make(String path, String... types) {
        return at(receiver.url(path), types);
    }

    private JsonNode at(String url, String... types) {
        return api.post(
                "webhooks",
                "{\"url\": \"%s\", \"events\": [\"%s\"]}"
                        .formatted(url, String.join("\", \"", types)),
                201);
    }

    private JsonNode patch(String id, String edit, @Nullable String tag, int status) {
        RestTestClient.RequestBodySpec request = client.patch().uri("/api/v1/webhooks/" + id);
        if (tag != null) request = request.header("If-Match", tag);
        byte[] answer =
                request.contentType(MediaType.APPLICATION_JSON)
                        .body(edit)
                        .exchange()
                        .expectStatus()
                        .isEqualTo(status)
                        .expectBody()
                        .returnResult()
                        .getResponseBodyContent();
        return Binder.JSON.readTree(answer);
    }

    private void cancelOne() {
        moves.of(some.queued(experiment).id(), job -> job.cancel(clock.instant()));
    }

    private Turn begin(Job job) {
        return turns.begin(job.id(), 1, "worker").orElseThrow();
    }

    private List<Receiver.Received> received(int count) {
        return Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(receiver::received, all -> all.size() == count);
    }

    private List<JsonNode> deliveries(String webhook, Predicate<List<JsonNode>> reached) {
        return Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(
                        () ->
                                api.get("webhooks/" + webhook + "/deliveries")
                                        .get("data")
                                        .valueStream()
                                        .toList(),
                        reached);
    }

    private static boolean allAre(List<JsonNode> deliveries, String status) {
        return !deliveries.isEmpty()
                && deliveries.stream()
                        .allMatch(one -> one.get("status").stringValue().equals(status));
    }

    private static boolean hasOne(List<JsonNode> deliveries, String status) {
        return deliveries.stream().anyMatch(one -> one.get("status").stringValue().equals(status));
    }

    private static JsonNode ofType(List<JsonNode> events, String type) {
        return events.stream()
                .filter(event -> event.get("type").stringValue().equals(type))
                .findFirst()
                .orElseThrow();
    }

    private static String id(JsonNode thing) {
        return thing.get("id").stringValue();
    }

    private static String secret(JsonNode made) {
        return made.get("secret").stringValue();
    }

    /** As the hosted service's own client does. */
    private static UnwrapWebhookEvent unwrap(Receiver.Received told, String secret) {
        Headers.Builder headers = Headers.builder();
        told.headers()
                .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values));
        return OpenAIOkHttpClient.builder()
                .apiKey("none")
                .webhookSecret(secret)
                .build()
                .webhooks()
                .unwrap(
                        WebhookVerificationParams.builder()
                                .payload(told.body())
                                .headers(headers.build())
                                .secret(secret)
                                .build());
    }

    private int count(String of) {
        return database.sql("select count(*) from " + of).query(Integer.class).single();
    }
}
