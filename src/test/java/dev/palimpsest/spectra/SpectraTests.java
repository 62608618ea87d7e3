package dev.palimpsest.spectra;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.Api;
import dev.palimpsest.ServiceTest;
import dev.palimpsest.model.Projected;
import dev.palimpsest.spec.TargetModules;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.web.servlet.client.RestTestClient;
import tools.jackson.databind.JsonNode;

/** Spectra of trained checkpoints, computed by real processes and asked for by HTTP. */
@ServiceTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SpectraTests {
    private static final String EXPERIMENT =
            """
            {"name": "%s", "base_model": "palimpsest-mini",
             "learning_tasks": ["gsm8k_perplexity"], "forgetting_tasks": ["definitions_choice"]}
            """;

    private static final String JOB =
            """
            {"experiment": "%s", "name": "%s", "dataset": {"train": "gsm8k-validation"}, "method": %s,
             "training": {"max_steps": 3, "batch_size": 2, "learning_rate": 1e-2},
             "checkpoints": {"every_steps": 1, "keep_last": 3}, "evaluation": {"limit": 1}}
            """;

    private static final String LORA =
            "{\"type\": \"lora\", \"rank\": 4, \"alpha\": 8, \"target_modules\": \"attention\"}";

    @Autowired RestTestClient client;
    @Autowired Decompositions decompositions;
    @Autowired SpectraTurns turns;
    @Autowired JdbcClient database;
    private Api api;
    private String experiment;
    private List<String> full;
    private List<String> lora;

    @BeforeAll
    void train() {
        api = new Api(client);
        experiment =
                api.post("experiments", EXPERIMENT.formatted("spectra"), 201)
                        .get("id")
                        .stringValue();
        String first = submit(experiment, "full", "{\"type\": \"full\"}");
        String second = submit(experiment, "lora", LORA);
        full = checkpoints(first);
        lora = checkpoints(second);
    }

    @Test
    void aFullFinetuneHasSpectraOfAllMatricesAndIntruders() {
        JsonNode asked = ask(full.getLast(), "{\"intruders\": true}", 202);
        assertThat(asked.at("/status").asString()).isEqualTo("queued");

        JsonNode spectra = api.until(path(full.getLast()), "succeeded");

        int matrices = spectra.at("/summary/matrices").asInt();
        assertThat(matrices % 7).isZero();
        assertThat(spectra.get("data")).hasSize(Math.min(100, matrices));
        JsonNode first = spectra.at("/data/0");
        assertThat(first.get("id").stringValue()).isEqualTo("model.layers.0.self_attn.q_proj");
        assertThat(first.get("rank_50").asInt()).isPositive();
        assertThat(first.get("rank_90").asInt()).isGreaterThan(first.get("rank_50").asInt());
        assertThat(first.get("intruders").asInt()).isBetween(0, 10);
        int smaller = Math.min(first.at("/shape/0").asInt(), first.at("/shape/1").asInt());
        for (String of : List.of("delta", "base", "finetuned"))
            assertThat(first.get("singular_values").get(of)).hasSize(smaller);
        assertThat(first.at("/base/rank_90").asInt()).isPositive();
        int suggested = spectra.at("/summary/suggested_rank").asInt();
        assertThat(Integer.bitCount(suggested)).isEqualTo(1);
    }

    @Test
    void anAdaptersChangeHasNoMoreValuesThanItsRank() {
        ask(lora.getLast(), "{\"intruders\": false}", Api.ANY_SUCCESS);

        JsonNode spectra = api.until(path(lora.getLast()), "succeeded");

        assertThat(spectra.at("/summary/matrices").asInt() % 4).isZero();
        assertThat(spectra.at("/summary/intruders").isNull()).isTrue();
        for (JsonNode matrix : spectra.get("data")) {
            assertThat(matrix.at("/singular_values/delta")).hasSize(4);
            assertThat(matrix.at("/singular_values/base").isNull()).isTrue();
            assertThat(matrix.at("/tails/1/rank").asInt()).isEqualTo(4);
            assertThat(matrix.at("/tails/1/lost").asDouble()).isZero();
            assertThat(matrix.get("relative_norm").asDouble()).isBetween(0.0, 1.0);
        }
    }

    @Test
    void theNextAdapterOfAModelIsComparedByTheNormsThatAreKnownOfIt() {
        ask(lora.getLast(), "{\"intruders\": false}", Api.ANY_SUCCESS);
        api.until(path(lora.getLast()), "succeeded");
        String own =
                api.post("experiments", EXPERIMENT.formatted("known norms"), 201)
                        .get("id")
                        .stringValue();
        String other =
                checkpoints(submit(own, "other", LORA.replace("\"rank\": 4", "\"rank\": 2")))
                        .getLast();
        timesKnownNorms(1e6);

        ask(other, "{\"intruders\": false}", 202);
        JsonNode next = api.until(path(other), "succeeded").at("/data/0");

        timesKnownNorms(1e-6);
        double norm = next.get("frobenius_norm").asDouble();
        assertThat(next.get("relative_norm").asDouble()).isBetween(norm * 1e-9, norm * 1e-6);
    }

    private void timesKnownNorms(double factor) {
        database.sql("update weight_norms set norm = norm * :factor")
                .param("factor", factor)
                .update();
    }

    @Test
    void whatIsKnownIsAnsweredAndWhatSaysLessIsComputedAnew() {
        String checkpoint = lora.getFirst();
        ask(checkpoint, "{\"intruders\": false}", Api.ANY_SUCCESS);
        JsonNode first = api.until(path(checkpoint), "succeeded");

        JsonNode again = ask(checkpoint, "{\"intruders\": false}", 200);
        assertThat(again.get("status").stringValue()).isEqualTo("succeeded");

        ask(checkpoint, "{\"intruders\": true}", 202);
        JsonNode more = api.until(path(checkpoint), "succeeded");
        ask(checkpoint, "{\"intruders\": false}", 200);

        assertThat(more.at("/data/0/intruders").isInt()).isTrue();
        assertThat(more.at("/data/0/rank_90")).isEqualTo(first.at("/data/0/rank_90"));
    }

    @Test
    void pagesAndSummariesLeaveTheRestOut() {
        String checkpoint = full.getFirst();
        ask(checkpoint, "{\"intruders\": false}", 202);
        JsonNode all = api.until(path(checkpoint), "succeeded");

        JsonNode one = api.get(path(checkpoint) + "?summary=true&limit=1");
        JsonNode next =
                api.get(
                        path(checkpoint)
                                + "?summary=true&limit=2&after="
                                + one.get("last_id").stringValue());

        assertThat(one.get("data")).hasSize(1);
        assertThat(one.get("has_more").booleanValue()).isTrue();
        assertThat(one.at("/data/0/singular_values").isNull()).isTrue();
        assertThat(next.at("/data/0/id")).isEqualTo(all.at("/data/1/id"));
        assertThat(next.get("data")).hasSize(2);
    }

    @Test
    void anExperimentShowsRanksOverTrainingAndByLayer() {
        for (String checkpoint : lora) {
            ask(checkpoint, "{\"intruders\": false}", Api.ANY_SUCCESS);
            api.until(path(checkpoint), "succeeded");
        }

        JsonNode job =
                api.get("experiments/" + experiment + "/spectra")
                        .get("data")
                        .valueStream()
                        .filter(one -> one.get("name").stringValue().equals("lora"))
                        .findFirst()
                        .orElseThrow();

        assertThat(job.get("rank").asInt()).isEqualTo(4);
        assertThat(job.get("checkpoints").valueStream().map(one -> one.get("step").asInt()))
                .containsExactly(1, 2, 3);
        JsonNode map = job.get("heat_map");
        assertThat(
                        map.get("modules")
                                .valueStream()
                                .map(module -> module.get("module").stringValue()))
                .containsExactly("q_proj", "k_proj", "v_proj", "o_proj");
        JsonNode last = api.get(path(lora.getLast()) + "?summary=true").get("data");
        assertThat(map.at("/modules/1/rank_90/0")).isEqualTo(last.at("/1/rank_90"));
        assertThat(map.at("/modules/1/rank_90")).hasSize(map.get("layers").asInt());
        assertThat(map.at("/modules/1/tails/0/lost/0")).isEqualTo(last.at("/1/tails/0/lost"));
        assertThat(job.at("/checkpoints/2/summary/modules/1/tails/0/lost").asDouble())
                .isBetween(1e-6, 0.75);
        String its = "/spectra?job=" + job.get("job").stringValue() + "&format=";
        assertThat(api.get("experiments/" + experiment + its + "json").get("data"))
                .containsExactly(job);
        assertThat(text("experiments/" + experiment + its + "svg"))
                .contains(">q_proj<", ">layer<", ">lora (lora, rank 4, step 3)<");
        assertThat(text("experiments/" + experiment + its + "csv").lines())
                .hasSize(1 + 4 * map.get("layers").asInt())
                .anyMatch(line -> line.endsWith(",k_proj,0," + map.at("/modules/1/rank_90/0")));
    }

    private String text(String path) {
        return client.get()
                .uri("/api/v1/" + path)
                .exchange()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody();
    }

    @Test
    void equalWeightsAreNotComparedTwice() {
        ask(lora.getLast(), "{\"intruders\": false}", Api.ANY_SUCCESS);
        api.until(path(lora.getLast()), "succeeded");
        Decomposition known = decompositions.of(lora.getLast(), null).orElseThrow();
        String other = full.get(1);
        decompositions.saveAndFlush(
                Decomposition.asked(
                        "spectra_equal",
                        other,
                        new SpectraRequest(false, null, TargetModules.ALL),
                        Instant.EPOCH));

        SpectraTurns.Attempt first = turns.begin("spectra_equal").orElseThrow();
        assertThat(turns.known(first, "something else")).isEmpty();
        SpectraTurns.Attempt second = turns.begin("spectra_equal").orElseThrow();
        List<Projected> copied = turns.known(second, known.fingerprint().orElseThrow());

        assertThat(copied).hasSize(known.summary().orElseThrow().matrices());
        assertThat(turns.succeeded(first)).isFalse();
        assertThat(turns.succeeded(second)).isTrue();
        JsonNode copy = api.get(path(other)).get("data");
        assertThat(copy).isEqualTo(api.get(path(lora.getLast())).get("data"));
    }

    @Test
    void spectraThatAreDeletedCanBeAskedForAgain() {
        String own =
                api.post("experiments", EXPERIMENT.formatted("deleted spectra"), 201)
                        .get("id")
                        .stringValue();
        String checkpoint = checkpoints(submit(own, "gone", LORA)).getLast();
        ask(checkpoint, "{}", 202);

        client.delete().uri("/api/v1/" + path(checkpoint)).exchange().expectStatus().isNoContent();
        client.get().uri("/api/v1/" + path(checkpoint)).exchange().expectStatus().isNotFound();
        ask(checkpoint, "{\"intruders\": false}", 202);
        api.until(path(checkpoint), "succeeded");

        client.delete()
                .uri("/api/v1/experiments/" + own)
                .exchange()
                .expectStatus()
                .is2xxSuccessful();
        client.get().uri("/api/v1/" + path(checkpoint)).exchange().expectStatus().isNotFound();
    }

    @Test
    void twoCheckpointsAreComparedWithEachOther() {
        String last = lora.getLast();
        String first = lora.getFirst();
        ask(last, "{\"intruders\": false, \"against\": \"%s\"}".formatted(first), 202);
        ask(
                last,
                "{\"intruders\": false, \"against\": \"%s\", \"modules\": [\"v_proj\"]}"
                        .formatted(full.getLast()),
                202);
        ask(last, "{\"intruders\": false}", Api.ANY_SUCCESS);

        JsonNode adapters = api.until(path(last) + "?against=" + first, "succeeded");
        JsonNode mixed = api.until(path(last) + "?against=" + full.getLast(), "succeeded");
        JsonNode base = api.until(path(last), "succeeded");

        assertThat(adapters.get("against").stringValue()).isEqualTo(first);
        assertThat(adapters.at("/data/0/singular_values/delta")).hasSize(8);
        assertThat(adapters.at("/data/0/frobenius_norm").asDouble())
                .isPositive()
                .isNotEqualTo(base.at("/data/0/frobenius_norm").asDouble());
        assertThat(mixed.get("data").valueStream().map(one -> one.get("module").stringValue()))
                .isNotEmpty()
                .containsOnly("v_proj");
        assertThat(mixed.at("/data/0/rank_90").asInt()).isGreaterThan(4);
        for (String wrong : List.of(last, "ckpt_gone"))
            assertThat(
                            ask(last, "{\"against\": \"%s\"}".formatted(wrong), 422)
                                    .at("/errors/0/pointer")
                                    .stringValue())
                    .isEqualTo("/against");
        client.delete()
                .uri("/api/v1/" + path(last) + "?against=" + first)
                .exchange()
                .expectStatus()
                .isNoContent();
        client.get()
                .uri("/api/v1/" + path(last) + "?against=" + first)
                .exchange()
                .expectStatus()
                .isNotFound();
        assertThat(api.get(path(last)).get("status").stringValue()).isEqualTo("succeeded");
    }

    @Test
    void aJobAsksForItsSpectraByItself() {
        String asking =
                JOB.formatted(experiment, "asking", LORA)
                        .replace(
                                "\"evaluation\"",
                                "\"analysis\": {\"spectrum\": {\"modules\": \"attention\", \"at\": \"%s\"}}, \"evaluation\"");
        String all = api.post("jobs", asking.formatted("all"), 202).get("id").stringValue();
        String end = api.post("jobs", asking.formatted("end"), 202).get("id").stringValue();
        List<String> its = checkpoints(all);
        its.forEach(checkpoint -> api.until(path(checkpoint), "succeeded"));
        api.until(path(checkpoints(end).getLast()), "succeeded");

        JsonNode over = api.get("jobs/" + all + "/spectra").get("data");

        assertThat(over.valueStream().map(one -> one.get("step").asInt())).containsExactly(1, 2, 3);
        assertThat(over.valueStream().map(one -> one.get("checkpoint").stringValue()))
                .containsExactlyElementsOf(its);
        assertThat(over.at("/2/summary/suggested_rank").asInt()).isBetween(1, 4);
        assertThat(over.at("/2/heat_map/modules")).hasSize(4);
        assertThat(api.get("jobs/" + end + "/spectra").at("/data/0/step").asInt()).isEqualTo(3);
        assertThat(api.get("jobs/" + end + "/spectra").get("data")).hasSize(1);
        assertThat(
                        api.post("jobs", asking.formatted("start"), 422)
                                .at("/errors/0/pointer")
                                .stringValue())
                .isEqualTo("/analysis/spectrum/at");
    }

    @Test
    void randomMatricesAreShownForComparison() {
        JsonNode control = api.get("spectra/control?rows=64&columns=96&scale=0.01,1&summary=true");

        assertThat(control.at("/noise/rank_90").asInt()).isBetween(30, 60);
        assertThat(control.at("/data/0/sum/rank_90").asInt())
                .isEqualTo(control.at("/base/rank_90").asInt());
        assertThat(control.at("/base/singular_values").isNull()).isTrue();
        assertThat(api.get("spectra/control?rows=9000").at("/errors/0/pointer").stringValue())
                .isEqualTo("?rows");
    }

    @Test
    void aCheckpointThatIsNotThereIsSaidSo() {
        JsonNode problem = ask("ckpt_gone", "{}", 404);

        assertThat(problem.get("detail").stringValue()).contains("ckpt_gone");
        assertThat(ask(full.getFirst(), "{\"intruder\": true}", 422).at("/errors/0/pointer"))
                .hasToString("\"/intruder\"");
    }

    private JsonNode ask(String checkpoint, String body, int status) {
        return api.post(path(checkpoint), body, status);
    }

    private static String path(String checkpoint) {
        return "checkpoints/" + checkpoint + "/spectra";
    }

    private String submit(String to, String name, String method) {
        return api.post("jobs", JOB.formatted(to, name, method), 202).get("id").stringValue();
    }

    /** By step, once the job has ended. */
    private List<String> checkpoints(String job) {
        api.until("jobs/" + job, "succeeded");
        return api.get("jobs/" + job + "/checkpoints")
                .get("data")
                .valueStream()
                .map(checkpoint -> checkpoint.get("id").stringValue())
                .toList();
    }
}
