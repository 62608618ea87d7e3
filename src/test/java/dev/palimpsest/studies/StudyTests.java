package dev.palimpsest.studies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.palimpsest.Api;
import dev.palimpsest.ServiceTest;
import dev.palimpsest.jobs.Outcome;
import dev.palimpsest.jobs.SomeJobs;
import dev.palimpsest.jobs.Turn;
import dev.palimpsest.jobs.Turns;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;
import tools.jackson.databind.JsonNode;

/** Studies whose jobs no worker takes: what they measured and how they ended is said here. */
@ServiceTest
@TestPropertySource(properties = "palimpsest.role=api")
class StudyTests {
    private static final String STUDY =
            """
            {"name": "small", "template": {"dataset": {"train": "gsm8k-train"}, "method": {"type": "lora", "dropout": 0.1},
                                           "training": {"batch_size": 4, "sequence_length": 64}},
             "ranks": [4, 16], "rates": {"full": [1e-4, 1e-3], "lora": [1e-3, 1e-2, 1e-1]},
             "ladder": {"kind": "runs", "steps": [10, 20, 40]}, "seeds": [1, 2], "spectra": false%s}""";

    @Autowired ApplicationContext context;
    @Autowired RestTestClient client;
    @Autowired JdbcClient database;
    @Autowired Turns turns;
    private Api api;
    private String experiment;

    @BeforeEach
    void anExperiment() {
        api = new Api(client);
        experiment = new SomeJobs(context).experiment();
    }

    @Test
    void theGridTakesTheHighestStableRateOfEachMethodAndRank() {
        JsonNode begun = begin("");
        assertThat(begun.get("stage").stringValue()).isEqualTo("rates");
        List<JsonNode> tried = jobs(begun, "rates");
        assertThat(tried)
                .hasSize(8)
                .allSatisfy(
                        job -> {
                            assertThat(job.at("/spec/training/max_steps").asInt()).isEqualTo(20);
                            assertThat(job.at("/spec/training/seed").asInt()).isEqualTo(1);
                        });

        end(tried.get(0), 0.10); // full
        end(tried.get(1), 0.20);
        end(tried.get(2), 0.19); // rank 4: the second is within 90 % of the first
        end(tried.get(3), 0.18);
        end(tried.get(4), 0.10);
        end(tried.get(5), 0.10); // rank 16: the third diverges, the second is far under the first
        end(tried.get(6), 0.05);
        diverge(tried.get(7));
        JsonNode study = until(begun, its -> !its.at("/stage").stringValue().equals("rates"));

        assertThat(
                        study.get("choices")
                                .valueStream()
                                .map(one -> one.get("learning_rate").asDouble()))
                .containsExactly(1e-3, 1e-2, 1e-3);
        assertThat(study.at("/choices/1/words").stringValue())
                .isEqualTo(
                        "0.0100 is the highest rate at and below which no run diverged and that reaches 90 % of the best score:"
                                + " 0.00100: 0.1900, 0.0100: 0.1800, 0.100: 0.1000");
        assertThat(study.at("/choices/2/words").stringValue())
                .endsWith("0.100: no score, diverged");
        assertThat(study.at("/choices/0/at_edge").asBoolean()).isTrue();
        List<JsonNode> grid = jobs(study, "grid");
        assertThat(grid).hasSize(3 * 2 * 3);
        assertThat(
                        grid.stream()
                                .map(
                                        job ->
                                                "%s %s %s %d %d"
                                                        .formatted(
                                                                job.at("/spec/method/type")
                                                                        .stringValue(),
                                                                job.at("/spec/method/rank")
                                                                        .asString(""),
                                                                job.at(
                                                                                "/spec/training/learning_rate")
                                                                        .asDouble(),
                                                                job.at("/spec/training/seed")
                                                                        .asInt(),
                                                                job.at("/spec/training/max_steps")
                                                                        .asInt())))
                .doesNotHaveDuplicates()
                .contains(
                        "full  0.001 1 10",
                        "full  0.001 2 40",
                        "lora 4 0.01 1 20",
                        "lora 16 0.001 2 40");
        assertThat(grid.stream().filter(job -> job.at("/spec/method/rank").asInt() == 16))
                .allSatisfy(
                        job -> {
                            assertThat(job.at("/spec/method/alpha").asDouble()).isEqualTo(32);
                            assertThat(job.at("/spec/method/dropout").asDouble()).isEqualTo(0.1);
                        });

        for (JsonNode job : grid) end(job, 0.2);
        assertThat(
                        until(study, its -> its.get("status").stringValue().equals("succeeded"))
                                .get("stage")
                                .stringValue())
                .isEqualTo("done");
    }

    @Test
    void armsAndTargetsTakeTheRatesOfTheMethodsTheyBelongTo() {
        JsonNode begun =
                begin(
                        ", \"weight_decays\": [0.1, 0.2], \"attention_dropouts\": [0.05], \"targets\": {\"ranks\": [16]}");
        for (JsonNode job : jobs(begun, "rates")) end(job, 0.2);

        List<JsonNode> grid = jobs(until(begun, its -> !its.at("/progress/grid").isNull()), "grid");

        assertThat(grid).hasSize((1 + 2 + 1 + 1 + 1 + 2) * 2 * 3);
        assertThat(specs(grid, "/spec/training/optimizer/weight_decay")).contains("0.1", "0.2");
        assertThat(
                        grid.stream()
                                .filter(
                                        job ->
                                                job.at("/spec/training/attention_dropout")
                                                                .asDouble()
                                                        > 0))
                .hasSize(6)
                .allSatisfy(
                        job -> {
                            assertThat(job.at("/spec/method/type").stringValue()).isEqualTo("full");
                            assertThat(job.at("/spec/training/learning_rate").asDouble())
                                    .isEqualTo(1e-3);
                        });
        assertThat(
                        grid.stream()
                                .filter(
                                        job ->
                                                job.at("/spec/method/target_modules")
                                                        .asString("")
                                                        .equals("mlp")))
                .hasSize(6)
                .allSatisfy(
                        job -> {
                            assertThat(job.at("/spec/method/rank").asInt()).isEqualTo(16);
                            assertThat(job.at("/spec/training/learning_rate").asDouble())
                                    .isEqualTo(1e-1);
                        });
    }

    @Test
    void aMethodWithoutARateIsLeftOutAndAStudyWithoutAnyFails() {
        JsonNode one = begin("");
        for (JsonNode job : jobs(one, "rates"))
            if (job.at("/spec/method/type").stringValue().equals("full")) diverge(job);
            else end(job, 0.2);
        JsonNode without = until(one, its -> !its.at("/progress/grid").isNull());
        assertThat(without.at("/choices/0/learning_rate").isNull()).isTrue();
        assertThat(specs(jobs(without, "grid"), "/spec/method/type")).containsOnly("lora");

        JsonNode none = begin("");
        for (JsonNode job : jobs(none, "rates")) diverge(job);
        JsonNode failed = until(none, its -> its.get("status").stringValue().equals("failed"));
        assertThat(failed.get("reason").stringValue())
                .startsWith(
                        "no method has a rate that can be taken: none of the 2 rates can be taken: 0.000100: no score, diverged");
        assertThat(failed.get("stage").stringValue()).isEqualTo("rates");
    }

    @Test
    void ratesAreComparedByBitsPerByteWhereTheStudySaysSo() {
        JsonNode begun =
                begin(
                        STUDY.formatted("")
                                .replace(
                                        "\"lora\": [1e-3, 1e-2, 1e-1]",
                                        "\"lora\": [1e-3, 1e-2, 1e-1], \"rule\": \"best\", \"by\": \"bits_per_byte\""));
        List<JsonNode> tried = jobs(begun, "rates");
        double[] bits = {2.0, 1.9, 1.8, 1.7, 1.75, 1.9, 1.8, 2.5};
        for (int i = 0; i < bits.length; i++) {
            point(tried.get(i), "learning_bits_per_byte", 20, bits[i]);
            end(tried.get(i), 0);
        }

        JsonNode study = until(begun, its -> !its.at("/progress/grid").isNull());

        assertThat(
                        study.get("choices")
                                .valueStream()
                                .map(one -> one.get("learning_rate").asDouble()))
                .containsExactly(1e-3, 1e-2, 1e-2);
        assertThat(study.at("/choices/1/words").stringValue())
                .isEqualTo(
                        "0.0100 is the rate with the best score: 0.00100: -1.8000, 0.0100: -1.7000, 0.100: -1.7500");
    }

    @Test
    void aGridThatWouldPassTheBudgetWaitsForItsOwner() {
        database.sql("delete from metric_series where key = 'train/tokens_per_second'").update();
        JsonNode begun = begin(", \"budget\": {\"seconds\": 1e5}");
        List<JsonNode> tried = jobs(begun, "rates");
        for (JsonNode job : tried.subList(1, 8)) end(job, 0.2);
        database.sql( // every job that has ended is a newest one, as the clock stands still
                        """
                        select file_points(id, array['train/tokens_per_second'], array[1], array[1::bigint], array[0.5::float8], array[now()])
                        from jobs where base_model = 'tiny'""")
                .query((row, number) -> number)
                .list();
        database.sql("delete from metric_series where job = ?")
                .param(tried.getFirst().get("id").stringValue())
                .update();
        end(tried.getFirst(), 0.2);

        JsonNode waiting = until(begun, its -> its.get("status").stringValue().equals("paused"));

        assertThat(waiting.get("reason").stringValue())
                .startsWith("the jobs that tried rates took ")
                .endsWith(
                        "s and the grid would take %.0f s, more than the budget's 100000; resume to run it all the same, or cancel"
                                .formatted(6 * 70 * 4 * 64 / 0.5));
        assertThat(waiting.at("/progress/grid").isNull()).isTrue();
        api.post("studies/" + id(begun) + "/resume", "", 202);
        JsonNode going = until(begun, its -> !its.at("/progress/grid").isNull());
        assertThat(going.get("status").stringValue()).isEqualTo("running");
        assertThat(going.get("reason").isNull()).isTrue();
    }

    @Test
    void aPausedStudyMakesNoJobsUntilItIsResumed() {
        JsonNode begun = begin("");
        String path = "studies/" + id(begun);
        List<JsonNode> tried = jobs(begun, "rates");
        for (JsonNode job : tried.subList(1, 8)) end(job, 0.2);
        turns.begin(tried.getFirst().get("id").stringValue(), 1, "worker").orElseThrow();
        assertThat(api.post(path + "/pause", "", 202).get("status").stringValue())
                .isEqualTo("paused");
        assertThat(api.post(path + "/pause", "", 409).get("detail").stringValue())
                .endsWith("a study in that status cannot pause; it can resume or cancel");
        score(tried.getFirst(), 0.2);
        turns.end(
                new Turn(tried.getFirst().get("id").stringValue(), 1), new Outcome.Finished(20, 1));

        Awaitility.await().until(() -> looks() == 0);
        assertThat(api.get(path).get("stage").stringValue()).isEqualTo("rates");
        api.post(path + "/resume", "", 202);

        assertThat(
                        until(begun, its -> its.get("stage").stringValue().equals("grid"))
                                .at("/progress/grid/statuses/queued")
                                .asInt())
                .isEqualTo(18);
    }

    @Test
    void aStudyIsCancelledWithItsJobsAndTriedAgain() {
        JsonNode begun = begin("");
        String path = "studies/" + id(begun);

        JsonNode cancelled = api.post(path + "/cancel", "", 202);
        assertThat(cancelled.get("status").stringValue()).isEqualTo("cancelled");
        assertThat(cancelled.at("/progress/rates/statuses/cancelled").asInt()).isEqualTo(8);
        Awaitility.await().until(() -> looks() == 0);

        JsonNode again = api.post(path + "/retry", "", 202);
        assertThat(again.get("status").stringValue()).isEqualTo("running");
        assertThat(again.at("/progress/rates/statuses/queued").asInt()).isEqualTo(8);
        api.post("studies/study_none/retry", "", 404);
        assertThat(api.get("experiments/" + experiment + "/studies").at("/data/0/id"))
                .isEqualTo(begun.get("id"));
    }

    @Test
    void everyFaultIsAnsweredWhereItStandsInTheRequest() {
        int before = count("jobs");

        assertThat(
                        faults(
                                """
                                {"template": {"dataset": {"train": "gone"}, "method": {"type": "lora", "dropout": 2}, "colour": "red"},
                                 "ladder": {"kind": "runs", "steps": [10]}, "ranks": [4], "targets": {"ranks": [4], "modules": ["head"]},
                                 "weight_decays": [-1], "attention_dropouts": [1.5], "seeds": [1]}"""))
                .containsOnlyKeys(
                        "/template/colour",
                        "/template/method/dropout",
                        "/targets/modules/0",
                        "/weight_decays/0",
                        "/attention_dropouts/0");
        assertThat(
                        faults(
                                """
                                {"template": {"training": {"learning_rate": 1, "epochs": 1, "seed": 3}, "method": {"rank": 3}, "experiment": "x"},
                                 "full": false, "ranks": [0, 0], "seeds": [], "weight_decays": [0.1], "targets": {"ranks": [5]},
                                 "rates": {"lora": [0]}, "budget": {"jobs": 0}}"""))
                .containsOnlyKeys(
                        "/template/training/learning_rate",
                        "/template/training/epochs",
                        "/template/training/seed",
                        "/template/method/rank",
                        "/template/experiment",
                        "/full",
                        "/ranks",
                        "/ranks/0",
                        "/ranks/1",
                        "/seeds",
                        "/targets/ranks/0",
                        "/rates/lora/0",
                        "/budget/jobs");
        assertThat(faults(STUDY.formatted(", \"budget\": {\"jobs\": 25, \"tokens\": 1000}")))
                .containsEntry(
                        "/budget/jobs",
                        "is 25, the study has 26 jobs: 8 that try rates and 18 of the grid")
                .containsKey("/budget/tokens");
        assertThat(
                        faults(
                                "{\"template\": {\"dataset\": {\"train\": \"gsm8k-train\"}}, \"ladder\": {\"kind\": \"up\"}}"))
                .allSatisfy((pointer, _) -> assertThat(pointer).startsWith("/ladder"));
        assertThat(count("jobs")).isEqualTo(before);
    }

    @Test
    void aDryRunSaysWhatBothSweepsWouldDoAndStoresNothing() {
        int before = count("jobs");

        JsonNode plan =
                api.post(
                        "experiments/" + experiment + "/studies?dry_run=true",
                        STUDY.formatted(""),
                        200);

        assertThat(plan.at("/rates/total/jobs").asInt()).isEqualTo(8);
        assertThat(plan.at("/grid/total/jobs").asInt()).isEqualTo(18);
        assertThat(plan.at("/total/jobs").asInt()).isEqualTo(26);
        assertThat(plan.at("/total/tokens").asDouble())
                .isCloseTo((8 * 20 + 6 * 70) * 4 * 64, within(0.5));
        assertThat(count("jobs")).isEqualTo(before);
        assertThat(count("studies where experiment = '%s'".formatted(experiment))).isZero();
    }

    private JsonNode begin(String more) {
        String request = more.startsWith("{") ? more : STUDY.formatted(more);
        return api.post("experiments/" + experiment + "/studies", request, 202);
    }

    private Map<String, String> faults(String request) {
        return api.post("experiments/" + experiment + "/studies", request, 422)
                .get("errors")
                .valueStream()
                .collect(
                        Collectors.toMap(
                                fault -> fault.get("pointer").stringValue(),
                                fault -> fault.get("detail").stringValue()));
    }

    private JsonNode until(JsonNode study, Predicate<JsonNode> reached) {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> api.get("studies/" + id(study)), reached);
    }

    private static String id(JsonNode study) {
        return study.get("id").stringValue();
    }

    private List<JsonNode> jobs(JsonNode study, String part) {
        String sweep = study.at("/progress/" + part + "/sweep").stringValue();
        return api.get("sweeps/" + sweep)
                .get("cells")
                .valueStream()
                .map(cell -> api.get("jobs/" + cell.get("job").stringValue()))
                .toList();
    }

    private static List<String> specs(List<JsonNode> jobs, String pointer) {
        return jobs.stream().map(job -> job.at(pointer).asString("")).toList();
    }

    private void end(JsonNode job, double learning) {
        score(job, learning);
        Turn turn = turns.begin(job.get("id").stringValue(), 1, "worker").orElseThrow();
        turns.end(turn, new Outcome.Finished(job.at("/spec/training/max_steps").asLong(), 1));
    }

    private void diverge(JsonNode job) {
        Turn turn = turns.begin(job.get("id").stringValue(), 1, "worker").orElseThrow();
        turns.file(turn, its -> its.lostItsWay());
        turns.end(turn, new Outcome.Failed("the loss became NaN", "", false));
    }

    private void score(JsonNode job, double learning) {
        point(job, "learning", job.at("/spec/training/max_steps").asLong(), learning);
        point(job, "train/tokens_per_second", 1, 0.5);
    }

    private void point(JsonNode job, String key, long step, double value) {
        database.sql("select file_points(?, array[?], array[1], array[?], array[?], array[now()])")
                .param(job.get("id").stringValue())
                .param(key)
                .param(step)
                .param(value)
                .query((row, number) -> number)
                .single();
    }

    private int looks() {
        return count("study_queue");
    }

    private int count(String of) {
        return database.sql("select count(*) from " + of).query(Integer.class).single();
    }
}
