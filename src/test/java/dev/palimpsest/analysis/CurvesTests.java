package dev.palimpsest.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.palimpsest.Api;
import dev.palimpsest.ServiceTest;
import dev.palimpsest.jobs.SomeJobs;
import dev.palimpsest.metrics.Evaluations;
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

/** Curves of an experiment whose scores were filed before; bits per byte, so less is better. */
@ServiceTest
@TestPropertySource(properties = "palimpsest.role=api")
class CurvesTests {
    private static final String OF_EXPERIMENT = "select id from jobs where experiment = :id";

    private static final String FULL =
            "{\"dataset\": {\"train\": \"t\"}, \"method\": {\"type\": \"full\"}, \"training\": {\"seed\": %d, \"max_steps\": 10}}";
    private static final String LORA =
            "{\"dataset\": {\"train\": \"t\"}, \"method\": {\"type\": \"lora\", \"rank\": 4}, \"training\": {\"seed\": 1, \"max_steps\": 10}}";

    @Autowired ApplicationContext context;
    @Autowired RestTestClient client;
    @Autowired JdbcClient database;
    @Autowired Evaluations evaluations;
    private Api api;
    private String experiment;
    private int jobs;

    @BeforeEach
    void threeFullRunsAndOneOfLora() {
        api = new Api(client);
        experiment = new SomeJobs(context).experiment();
        for (int seed = 1; seed <= 3; seed++) {
            String job = job("full", FULL.formatted(seed));
            scored(job, 0, 2.0, 1.0);
            scored(job, 10, 0.9 + seed / 10.0, 1.4);
        }
        String job = job("lora", LORA);
        scored(job, 0, 2.0, 1.0);
        scored(job, 5, 1.8, 1.05);
        scored(job, 10, 1.5, 1.1);
    }

    @Test
    void runsThatDifferInTheirSeedAreOneCurveWithAnIntervalOverThem() {
        JsonNode curves = curves("");

        assertThat(curves.get("grouped_by").toString())
                .isEqualTo("[\"method.rank\",\"method.type\"]");
        assertThat(curves.at("/base/learning").asDouble()).isEqualTo(-2.0);
        assertThat(curves.get("curves")).hasSize(3);
        JsonNode full = curves.at("/curves/0");
        assertThat(full.get("group").toString()).isEqualTo("{\"method.type\":\"full\"}");
        assertThat(full.at("/points/0/runs").asInt()).isEqualTo(3);
        assertThat(full.at("/points/0/x").asDouble()).isEqualTo(1000.0);
        JsonNode learning = full.at("/points/0/learning");
        assertThat(learning.get("mean").asDouble()).isCloseTo(-1.1, within(1e-12));
        assertThat(learning.get("stderr").asDouble()).isCloseTo(0.0577350, within(1e-7));
        assertThat(learning.get("low").asDouble()) // 4.302653 is t's 0.975 quantile for 2
                .isCloseTo(-1.1 - 4.302653 * 0.0577350, within(1e-6));
        assertThat(learning.get("of").stringValue()).isEqualTo("runs");
    }

    @Test
    void aRunOfTheSameSpecAndSeedSaysNoMoreOfChance() {
        String again =
                job("full", FULL.formatted(2).replaceFirst("\\{", "{\"name\": \"once more\", "));
        scored(again, 0, 2.0, 1.0);
        scored(again, 10, 1.1, 1.4);

        JsonNode point = curves("").at("/curves/0/points/0");

        assertThat(point.get("runs").asInt()).isEqualTo(3);
        assertThat(point.at("/learning/stderr").asDouble()).isCloseTo(0.0577350, within(1e-7));
        assertThat(
                        api.get("experiments/" + experiment + "/tradeoff")
                                .get("points")
                                .valueStream()
                                .filter(one -> one.get("method").stringValue().equals("full")))
                .hasSize(4);
    }

    @Test
    void thePointsOnTheWayAndTheEndOfARunAreInCurvesOfTheirOwn() {
        JsonNode curves = curves("?x=steps");

        JsonNode hot = curves.at("/curves/1");
        JsonNode end = curves.at("/curves/2");
        assertThat(hot.get("kind").stringValue()).isEqualTo("hot");
        assertThat(hot.at("/points/0/x").asDouble()).isEqualTo(5.0);
        assertThat(end.get("kind").stringValue()).isEqualTo("final");
        JsonNode forgetting = end.at("/points/0/forgetting");
        assertThat(forgetting.get("mean").asDouble()).isCloseTo(0.1, within(1e-12));
        assertThat(forgetting.get("stderr").asDouble())
                .isCloseTo(Math.hypot(0.01, 0.01), within(1e-12));
        assertThat(forgetting.get("high").asDouble() - forgetting.get("mean").asDouble())
                .isCloseTo(1.959964 * Math.hypot(0.01, 0.01), within(1e-6));
        assertThat(forgetting.get("of").stringValue()).isEqualTo("items");
    }

    @Test
    void chosenFieldsGroupWhateverElseDiffers() {
        JsonNode curves = curves("?group_by=training.seed&x=epochs");

        assertThat(curves.get("curves")).hasSize(4); // three seeds, and the first on its way
        assertThat(curves.at("/curves/0/points/0/runs").asInt()).isEqualTo(2);
        client.get()
                .uri("/api/v1/experiments/" + experiment + "/curves?group_by=method.colour")
                .exchange()
                .expectStatus()
                .isBadRequest();
        client.get()
                .uri("/api/v1/experiments/" + experiment + "/curves?x=hours")
                .exchange()
                .expectStatus()
                .isBadRequest();
    }

    @Test
    void theSameIsThereAsCsv() {
        String csv = text("curves?format=csv", "*/*");

        assertThat(csv.lines().toList().getFirst())
                .startsWith("method.rank,method.type,kind,tokens,runs,learning,learning_stderr,");
        assertThat(csv.lines()).hasSize(4);
        assertThat(csv.lines().toList().get(1)).startsWith(",full,final,1000.0,3,-1.09999");
    }

    @Test
    void theirOldPathAnswersTheSameAndSaysWhatToAskInstead() {
        client.get()
                .uri("/api/v1/experiments/" + experiment + "/curves.csv")
                .exchange()
                .expectHeader()
                .valueEquals("Deprecation", "@1795996800")
                .expectHeader()
                .valueEquals("Sunset", "Mon, 31 May 2027 00:00:00 GMT")
                .expectHeader()
                .valueEquals(
                        "Link",
                        "</api/v1/experiments/%s/curves?format=csv>; rel=\"successor-version\""
                                .formatted(experiment))
                .expectBody(String.class)
                .isEqualTo(text("curves?format=csv", "*/*"));
    }

    @Test
    void figuresAreAskedForByFormatOrByAccept() {
        String learning = text("curves?format=svg", "*/*");

        assertThat(learning)
                .startsWith("<svg ")
                .contains(">full<", ">lora, rank 4<", ">lora, rank 4, hot<", ">base model<")
                .contains(">duration (tokens, log scale)<", ">learning (minus bits per byte)<");
        assertThat(text("curves", "image/svg+xml")).isEqualTo(learning);
        assertThat(text("curves?format=json", "image/svg+xml")).startsWith("{");
        assertThat(text("curves", "text/html, */*;q=0.1")).startsWith("{");
        assertThat(text("curves?y=forgetting&x=steps&format=svg", "*/*"))
                .contains(">forgetting (bits per byte)<", ">duration (steps, log scale)<");
        assertThat(text("curves?y=source_score&format=svg", "*/*")).contains(">source score (");
        assertThat(text("tradeoff?format=svg", "*/*"))
                .contains(">Pareto front<", "larger marks: longer, 500 to 1,000 tokens");
        status("curves?format=gif", 400);
        status("curves?format=svg&y=colour", 400);
        status("area?format=svg", 406);
    }

    @Test
    void whatUsersWroteIsTextInAFigure() {
        String job =
                job("full", FULL.formatted(9).replace("\"t\"", "\"<script>alert(1)</script>\""));
        scored(job, 0, 2.0, 1.0);
        scored(job, 10, 0.9, 1.4);

        assertThat(text("curves?format=svg", "*/*"))
                .contains("train &#60;script&#62;alert(1)&#60;/script&#62;")
                .doesNotContain("<script");
    }

    @Test
    void csvHasTheValuesOfJson() {
        JsonNode point = api.get("experiments/" + experiment + "/tradeoff").at("/points/4");
        List<String> tradeoff = text("tradeoff?format=csv", "*/*").lines().toList();
        JsonNode matched = api.get("experiments/" + experiment + "/matched?learning=-1.5");
        List<String> atEqual = text("matched?learning=-1.5", "text/csv").lines().toList();

        assertThat(tradeoff).hasSize(6);
        assertThat(tradeoff.get(5))
                .contains(
                        point.get("checkpoint").stringValue(),
                        ",%s,%s,%s,"
                                .formatted(
                                        point.get("learning"),
                                        point.get("source_score"),
                                        point.get("forgetting")));
        assertThat(atEqual).hasSize(1 + matched.get("groups").size());
        assertThat(atEqual.getLast())
                .startsWith("4,lora,final,-1.5,1000.0,")
                .contains(matched.at("/groups/1/forgetting").toString());
    }

    @Test
    void comparisonsAsCsvHaveALineForWhatIsCompared() {
        JsonNode arm = api.get("experiments/" + experiment + "/regularisation").at("/arms/1");
        List<String> arms = text("regularisation?format=csv", "*/*").lines().toList();
        JsonNode best = api.get("experiments/" + experiment + "/best?forgetting_at_most=0.2");
        List<String> under = text("best?forgetting_at_most=0.2", "text/csv").lines().toList();
        JsonNode area = api.get("experiments/" + experiment + "/area?kind=hot");
        List<String> areas = text("area?kind=hot&format=csv", "*/*").lines().toList();

        assertThat(arms).hasSize(3);
        assertThat(arms.getFirst())
                .startsWith("arm,method.rank,method.type,")
                .endsWith(
                        "forgetting_difference,forgetting_difference_low,forgetting_difference_high,forgetting_difference_within_noise");
        assertThat(arms.getLast())
                .startsWith("LoRA r = 4,4,lora,")
                .contains(
                        ",%s,".formatted(arm.at("/comparisons/0/learning/value")),
                        ",%s,".formatted(arm.at("/comparisons/0/forgetting/value")));
        assertThat(under)
                .containsExactly(
                        "best,job,checkpoint,step,learning,learning_stderr,learning_low,learning_high,forgetting,forgetting_stderr,forgetting_low,forgetting_high",
                        under.getLast());
        assertThat(under.getLast())
                .startsWith(
                        "true,%s,%s,10,-1.5,"
                                .formatted(
                                        best.at("/groups/0/best/job").stringValue(),
                                        best.at("/groups/0/best/checkpoint").stringValue()));
        assertThat(areas).hasSize(1 + area.get("between").size());
        assertThat(areas.getFirst())
                .startsWith(
                        "from.method.rank,from.method.type,to.method.rank,to.method.type,kind,");
    }

    @Test
    void theBestUnderABoundLearnedMostOfThoseThatForgotNoMore() {
        JsonNode all = api.get("experiments/" + experiment + "/best?forgetting_at_most=0.2");
        JsonNode none = api.get("experiments/" + experiment + "/best?forgetting_at_most=0.01");
        JsonNode groups =
                api.get(
                        "experiments/"
                                + experiment
                                + "/best?forgetting_at_most=0.5&group_by=method.type");

        assertThat(all.at("/groups/0/best/learning/mean").asDouble()).isEqualTo(-1.5);
        assertThat(all.at("/groups/0/best/forgetting/mean").asDouble())
                .isCloseTo(0.1, within(1e-12));
        assertThat(all.at("/groups/0/runners_up")).isEmpty();
        assertThat(all.at("/groups/0/words").stringValue())
                .contains("learned most, -1.5000, and forgot 0.1000; of 1 others");
        assertThat(none.at("/groups/0/best").isNull()).isTrue();
        assertThat(none.at("/groups/0/words").stringValue())
                .isEqualTo("none of 5 checkpoints forgot at most 0.0100; the least is 0.0500");
        assertThat(groups.at("/groups/0/best/learning/mean").asDouble()).isEqualTo(-1.0);
        assertThat(groups.get("groups")).hasSize(2);
        status("best", 400);
    }

    @Test
    void whatWasScoredAfterARunWentBackCountsAlone() {
        assertThat(curves("").at("/curves/2/points/0/learning/mean").asDouble()).isEqualTo(-1.5);
        String lora =
                database.sql("select id from jobs where experiment = :id and method = 'lora'")
                        .param("id", experiment)
                        .query(String.class)
                        .single();

        evaluations.forgetAfter(lora, 5);
        database.sql("delete from checkpoints where job = :job and step > 5")
                .param("job", lora)
                .update();
        scored(lora, 10, 1.2, 1.1);

        assertThat(curves("").at("/curves/2/points/0/learning/mean").asDouble()).isEqualTo(-1.2);
    }

    @Test
    void stepsAreOpenUntilTheyAreSummedUpAndGoWithTheirJobs() {
        long scored = open();
        JsonNode before = curves("");

        assertThat(scored).isPositive();
        assertThat(open()).isZero();
        ofExperiment("delete from step_scores where job in (%s)");
        assertThat(open()).isEqualTo(scored);
        assertThat(curves("")).isEqualTo(before);
        assertThat(open()).isZero();
        ofExperiment("delete from jobs where id in (%s)");
        assertThat(open()).isZero();
    }

    private long open() {
        return database.sql(
                        "select count(*) from open_steps where job in (%s)"
                                .formatted(OF_EXPERIMENT))
                .param("id", experiment)
                .query(Long.class)
                .single();
    }

    private void ofExperiment(String statement) {
        database.sql(statement.formatted(OF_EXPERIMENT)).param("id", experiment).update();
    }

    @Test
    void loraIsComparedWithPlainFullFinetuning() {
        JsonNode figure = api.get("experiments/" + experiment + "/regularisation");

        assertThat(figure.at("/arms/0/name").stringValue()).isEqualTo("full");
        assertThat(figure.at("/arms/0/points/0/runs").asInt()).isEqualTo(3);
        JsonNode lora = figure.at("/arms/1");
        assertThat(lora.get("name").stringValue()).isEqualTo("LoRA r = 4");
        assertThat(lora.at("/comparisons/0/x").asDouble()).isEqualTo(1.0);
        assertThat(lora.at("/comparisons/0/learning/value").asDouble())
                .isCloseTo(
                        -0.4, within(1e-12)); // -1.5 bits against the mean of -1.0, -1.1 and -1.2
        assertThat(lora.at("/comparisons/0/forgetting/value").asDouble())
                .isCloseTo(-0.3, within(1e-12));
        assertThat(lora.get("words").stringValue())
                .startsWith("learns less (-0.4000, 95 % interval ");
        assertThat(lora.get("decay")).isEmpty();
    }

    @Test
    void checkpointsAreComparedByBitsPerByteWhereAccuraciesStandBesideThem() {
        experiment = new SomeJobs(context).experiment();
        database.sql(
                        """
                        update experiments set learning_tasks = array['gsm8k_arithmetic', 'gsm8k_perplexity'],
                            forgetting_tasks = array['definitions_choice', 'definitions_perplexity']
                        where id = :id""")
                .param("id", experiment)
                .update();
        String full = job("full", FULL.formatted(4));
        for (long step : List.of(0L, 10L)) {
            scored(full, step, 2.5 - step / 10.0, 1.0);
            measured(full, step, "gsm8k_arithmetic", "exact_match", step / 100.0);
            measured(full, step, "definitions_choice", "acc_norm", 0.8);
        }

        JsonNode accuracies = point(api.get("experiments/" + experiment + "/tradeoff"), full);
        JsonNode bits =
                point(api.get("experiments/" + experiment + "/tradeoff?by=bits_per_byte"), full);

        assertThat(accuracies.get("learning").asDouble()).isEqualTo(0.1);
        assertThat(accuracies.get("learning_kind").stringValue()).isEqualTo("accuracy");
        assertThat(bits.get("learning").asDouble()).isEqualTo(-1.5);
        assertThat(bits.get("learning_kind").stringValue()).isEqualTo("bits_per_byte");
        assertThat(curves("?by=bits_per_byte").at("/curves/0/points/0/learning/stderr").asDouble())
                .isEqualTo(0.01);
        assertThat(text("tradeoff?by=bits_per_byte&format=svg", "*/*"))
                .contains("minus bits per byte");
        assertThat(
                        api.get("experiments/" + experiment + "/recommendation?by=bits_per_byte")
                                .get("unit")
                                .stringValue())
                .isEqualTo("bits per byte");
        for (String analysis : List.of("curves", "claims", "sensitivity", "matched", "area"))
            status(analysis + "?by=words", 400);
    }

    private static JsonNode point(JsonNode tradeoff, String job) {
        return tradeoff.get("points")
                .valueStream()
                .filter(point -> point.get("job").stringValue().equals(job))
                .filter(point -> point.get("step").asInt() == 10)
                .findFirst()
                .orElseThrow();
    }

    private String text(String query, String accept) {
        return client.get()
                .uri("/api/v1/experiments/" + experiment + "/" + query)
                .header("Accept", accept)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody();
    }

    private void status(String query, int status) {
        client.get()
                .uri("/api/v1/experiments/" + experiment + "/" + query)
                .exchange()
                .expectStatus()
                .isEqualTo(status);
    }

    private JsonNode curves(String query) {
        return api.get("experiments/" + experiment + "/curves" + query);
    }

    private String job(String method, String spec) {
        String id = "job_%04d%s".formatted(jobs++, UUID.randomUUID().toString().replace("-", ""));
        database.sql(
                        """
                        insert into jobs (id, experiment, status, spec, base_model, method, round, attempt, faults, step, total_steps, tokens, created_at)
                        values (:id, :experiment, 'queued', cast(:spec as jsonb), 'tiny', :method, 1, 0, 0, 0, 10, 0, now())""")
                .param("id", id)
                .param("experiment", experiment)
                .param("spec", spec)
                .param("method", method)
                .update();
        return id;
    }

    /** Each score with a standard error of 0.01. */
    private void scored(String job, long step, double learning, double source) {
        if (step > 0)
            database.sql(
                            """
                            insert into checkpoints (id, job, attempt, step, epoch, tokens, kind, folder, files, content, created_at)
                            values (:id, :job, 1, :step, :epoch, :tokens, 'model', 'f', '[]', 'c', now())""")
                    .param("id", "ckpt_" + UUID.randomUUID())
                    .param("job", job)
                    .param("step", step)
                    .param("epoch", step / 10.0)
                    .param("tokens", step * 100)
                    .update();
        measured(job, step, "gsm8k_perplexity", "bits_per_byte", learning);
        measured(job, step, "definitions_perplexity", "bits_per_byte", source);
    }

    private void measured(String job, long step, String task, String metric, double value) {
        String id = "eval_" + UUID.randomUUID();
        database.sql(
                        """
                        insert into evaluations (id, fingerprint, model, task, convention, metrics, items, created_at)
                        values (:id, :id, 'tiny', :task, 'lm_eval', jsonb_build_object(cast(:metric as text),
                            jsonb_build_object('value', cast(:value as double precision), 'stderr', 0.01)), 100, now())""")
                .param("id", id)
                .param("task", task)
                .param("metric", metric)
                .param("value", value)
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
