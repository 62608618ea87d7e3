package dev.palimpsest.advice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.Api;
import dev.palimpsest.ServiceTest;
import dev.palimpsest.jobs.SomeJobs;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;
import tools.jackson.databind.JsonNode;

/** Of jobs that a sweep made and whose scores, in bits per byte, were filed by hand. */
@ServiceTest
@TestPropertySource(properties = "palimpsest.role=api")
class AdviceApiTests {
    private static final String SWEEP =
            """
            {"template": {"dataset": {"train": "gsm8k-train"}, "training": {"max_steps": 10}},
             "grid": [{"method": [{"type": "full"}], "training.learning_rate": [1e-4, 1e-3], "training.seed": [1, 2]},
                      {"method": [{"type": "lora"}], "method.rank": [16], "training.learning_rate": [1e-3, 1e-2], "training.seed": [1, 2]}]}""";

    @Autowired ApplicationContext context;
    @Autowired RestTestClient client;
    @Autowired JdbcClient database;
    private Api api;
    private String experiment;
    private List<String> jobs;

    @BeforeEach
    void aSweep() {
        api = new Api(client);
        experiment = new SomeJobs(context).experiment();
        jobs =
                api.post("experiments/" + experiment + "/sweeps", SWEEP, 202)
                        .get("cells")
                        .valueStream()
                        .map(cell -> cell.get("job").stringValue())
                        .toList();
    }

    @Test
    void claimsAreJudgedByTheBestRatesPairedBySeed() {
        scored(1.5, 1.6, 1.1, 1.2, 1.9, 1.9, 1.3, 1.42);

        JsonNode claims = api.get("experiments/" + experiment + "/claims");

        JsonNode learns = claims.at("/claims/0");
        assertThat(learns.get("id").stringValue()).isEqualTo("learns_less");
        assertThat(learns.get("verdict").stringValue()).isEqualTo("supported");
        assertThat(learns.at("/difference/value").asDouble()).isBetween(0.2099, 0.2101);
        assertThat(learns.at("/difference/basis").stringValue()).isEqualTo("paired_by_seed");
        assertThat(learns.at("/difference/jobs").valueStream().map(JsonNode::stringValue))
                .containsExactlyInAnyOrder(jobs.get(2), jobs.get(3), jobs.get(6), jobs.get(7));
        assertThat(learns.get("sentence").stringValue()).contains("bits per byte");
        assertThat(claims.at("/comparisons/intervals").asInt()).isEqualTo(3);
    }

    @Test
    void whatToRunNextCanBeSentAsItIs() {
        scored(1.5, 1.6, 1.1, 1.2, 1.9, 1.9, 1.3, 1.42);

        List<JsonNode> next = new ArrayList<>();
        api.get("experiments/" + experiment + "/recommendation")
                .get("parts")
                .forEach(part -> part.get("next").forEach(next::add));
        api.get("experiments/" + experiment + "/claims")
                .get("claims")
                .forEach(claim -> claim.get("next").forEach(next::add));

        List<JsonNode> sweeps =
                next.stream()
                        .filter(one -> one.get("call").asString("").endsWith("/sweeps"))
                        .toList();
        assertThat(sweeps).hasSizeGreaterThan(8);
        for (JsonNode sweep : sweeps)
            api.post(
                    sweep.get("call").stringValue().replace("POST /api/v1/", "") + "?dry_run=true",
                    sweep.get("body").toString(),
                    200);
    }

    @Test
    void aRunThatDivergedIsNoReasonForItsRate() {
        scored(1.5, 1.6, 1.1, 1.2, 1.9, 1.9, 1.3, 1.42);
        database.sql("update jobs set diverged = true where id in (?, ?)")
                .param(jobs.get(6))
                .param(jobs.get(7))
                .update();

        JsonNode parts = api.get("experiments/" + experiment + "/recommendation").get("parts");

        assertThat(parts.at("/0/support/1/learning_rate").asDouble()).isEqualTo(1e-3);
    }

    @Test
    void anExperimentThatIsNotThereIsNotFound() {
        client.get()
                .uri("/api/v1/experiments/exp_none/recommendation")
                .exchange()
                .expectStatus()
                .isNotFound();
    }

    /** The bits per byte of what was learned at the end of each job, in their order. */
    private void scored(double... bits) {
        for (int i = 0; i < bits.length; i++) {
            String job = jobs.get(i);
            database.sql("update jobs set total_steps = 10, step = 10 where id = ?")
                    .param(job)
                    .update();
            database.sql(
                            """
                            insert into checkpoints (id, job, attempt, step, epoch, tokens, kind, folder, files, content, created_at)
                            values (?, ?, 1, 10, 1, 1000, 'model', 'f', '[]', 'c', now())""")
                    .param("ckpt_" + UUID.randomUUID())
                    .param(job)
                    .update();
            scored(job, 0, "gsm8k_perplexity", 2.0);
            scored(job, 0, "definitions_perplexity", 1.0);
            scored(job, 10, "gsm8k_perplexity", bits[i]);
            scored(job, 10, "definitions_perplexity", 1 + i / 100.0);
        }
    }

    private void scored(String job, long step, String task, double bits) {
        String id = "eval_" + UUID.randomUUID();
        database.sql(
                        """
                        insert into evaluations (id, fingerprint, model, task, convention, metrics, items, created_at)
                        values (:id, :id, 'tiny', :task, 'lm_eval', jsonb_build_object('bits_per_byte',
                            jsonb_build_object('value', cast(:bits as double precision), 'stderr', 0.01)), 100, now())""")
                .param("id", id)
                .param("task", task)
                .param("bits", bits)
                .update();
        database.sql(
                        "insert into job_evaluations (job, step, task, evaluation) values (:job, :step, :task, :id)")
                .param("job", job)
                .param("step", step)
                .param("task", task)
                .param("id", id)
                .update();
    }
}
