package dev.palimpsest.sweeps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.Api;
import dev.palimpsest.ServiceTest;
import dev.palimpsest.jobs.SomeJobs;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;
import tools.jackson.databind.JsonNode;

@ServiceTest
@TestPropertySource(properties = "palimpsest.role=api")
class SweepApiTests {
    private static final String EXPERIMENT =
            """
            {"name": "swept", "base_model": "palimpsest-mini",
             "learning_tasks": ["gsm8k_perplexity"], "forgetting_tasks": ["definitions_perplexity"]}""";

    private static final String LORA =
            """
            "template": {"dataset": {"train": "gsm8k-train"}, "method": {"type": "lora"},
                         "training": {"max_steps": 10, "batch_size": 4, "sequence_length": 64, "learning_rate": 1e-3}}""";

    @Autowired ApplicationContext context;
    @Autowired RestTestClient client;
    @Autowired JdbcClient database;
    private Api api;
    private String experiment;

    @BeforeEach
    void anExperiment() {
        api = new Api(client);
        experiment = new SomeJobs(context).experiment();
    }

    @Test
    void everyCombinationOfAGridBecomesAJobAndTheLastFieldChangesFirst() {
        JsonNode sweep =
                sweep(
                        """
                        {"name": "rank and rate", %s,
                         "grid": {"method.rank": [4, 16], "training.learning_rate": [1e-4, 2e-3, 0.5]}}""");

        assertThat(names(sweep))
                .containsExactly(
                        "rank 4, learning_rate 1e-4",
                        "rank 4, learning_rate 0.002",
                        "rank 4, learning_rate 0.5",
                        "rank 16, learning_rate 1e-4",
                        "rank 16, learning_rate 0.002",
                        "rank 16, learning_rate 0.5");
        assertThat(sweep.at("/statuses/queued").asInt()).isEqualTo(6);
        String id = sweep.get("id").stringValue();
        assertThat(api.get("sweeps/" + id)).isEqualTo(sweep);
        assertThat(sweep.at("/cells/4/values").toString())
                .isEqualTo("{\"method.rank\":16,\"training.learning_rate\":0.002}");
        JsonNode job = api.get("jobs/" + sweep.at("/cells/4/job").stringValue());
        assertThat(job.at("/spec/training/learning_rate").asDouble()).isEqualTo(2e-3);
        assertThat(job.get("name").stringValue()).isEqualTo("rank 16, learning_rate 0.002");
        assertThat(job.get("sweep").stringValue()).isEqualTo(id);
        assertThat(job.get("cell").asInt()).isEqualTo(4);
        assertThat(queued(job)).isEqualTo(1);
        assertThat(api.get("jobs?sweep=" + id).get("data")).hasSize(6);
        JsonNode listed = api.get("experiments/" + experiment + "/sweeps").get("data");
        assertThat(listed).hasSize(1);
        assertThat(listed.get(0).get("name").stringValue()).isEqualTo("rank and rate");
        assertThat(listed.get(0).get("statuses")).isEqualTo(sweep.get("statuses"));
    }

    @Test
    void anAlphaThatIsLeftOutIsTwiceTheRank() {
        JsonNode tied = sweep("{%s, \"grid\": {\"method.rank\": [4, 16]}}");
        JsonNode given = sweep("{%s, \"grid\": {\"method.rank\": [4], \"method.alpha\": [3]}}");
        JsonNode preset =
                sweep(
                        """
                        {"template": {"preset": "code-ift-r16", "dataset": {"train": "gsm8k-train"}, "training": {"max_steps": 1}},
                         "grid": {"method.rank": [64, 256]}}""");

        assertThat(specs(tied, "/spec/method/alpha")).containsExactly("8.0", "32.0");
        assertThat(specs(given, "/spec/method/alpha")).containsExactly("3.0");
        assertThat(specs(preset, "/spec/method/alpha")).containsExactly("128.0", "512.0");
    }

    @Test
    void armsOfDifferentFieldsAreGridsOfTheirOwn() {
        JsonNode sweep =
                sweep(
                        """
                        {%s, "grid": [{"method": [{"type": "full"}], "training.optimizer.weight_decay": [0.0, 0.1], "training.optimizer.type": ["adamw"]},
                                      {"method.rank": [4], "method.target_modules": ["mlp", ["q_proj", "v_proj"]]},
                                      {"method": [{"type": "lora", "variant": "dora"}], "method.rank": [2], "training.seed": [1]}]}""");

        assertThat(names(sweep))
                .containsExactly(
                        "method full, weight_decay 0, type adamw",
                        "method full, weight_decay 0.1, type adamw",
                        "rank 4, target_modules mlp",
                        "rank 4, target_modules q_proj+v_proj",
                        "method lora variant dora, rank 2, seed 1");
        assertThat(specs(sweep, "/spec/method/type"))
                .containsExactly("full", "full", "lora", "lora", "lora");
        assertThat(specs(sweep, "/spec/method/variant")).last().isEqualTo("dora");
    }

    @Test
    void aNameInTheTemplateIsEveryJobs() {
        JsonNode sweep =
                sweep(
                        """
                        {"template": {"name": "mine", "dataset": {"train": "gsm8k-train"}, "method": {"type": "full"}, "training": {"max_steps": 1, "learning_rate": 1e-3}},
                         "grid": {"training.seed": [1, 2]}}""");

        assertThat(names(sweep)).containsExactly("mine", "mine");
    }

    @Test
    void everyFaultOfEveryCellIsSaidOnceWhereItStandsInTheRequest() {
        int before = jobs();

        assertThat(
                        faults(
                                """
                                {"template": {"dataset": {"train": "gone"}, "method": {"type": "lora", "dropout": 2}, "colour": "red",
                                              "training": {"learning_rate": 1e-3}},
                                 "grid": [{"method.rank": [4, 0, "x"], "training.max_steps": [10]},
                                          {"method": [{"type": "full"}], "method.rank": [8], "trainning.seed": [1], "training.max_steps": [1]}]}"""))
                .containsOnlyKeys(
                        "/template/colour",
                        "/template/method/dropout",
                        "/grid/0/method.rank/1",
                        "/grid/0/method.rank/2",
                        "/grid/1/method.rank/0",
                        "/grid/1/trainning.seed")
                .containsEntry("/grid/0/method.rank/1", "must be between 1 and 65536, got 0")
                .hasEntrySatisfying(
                        "/template/method/dropout",
                        detail ->
                                assertThat(detail)
                                        .endsWith(
                                                "got 2.0 (cell 0: rank 4, max_steps 10 and 2 more)"));
        assertThat(
                        faults(
                                """
                                {"template": {"dataset": {"train": "gsm8k-train", "validation": "lost"}, "method": {"type": "full"},
                                              "training": {"max_steps": 10, "learning_rate": 1e-3}},
                                 "grid": {"dataset.train": ["gsm8k-train", "gone"], "evaluation.at": [{}, {"steps": [5, 11]}], "training.seed": [1, 2]}}"""))
                .containsOnlyKeys(
                        "/template/dataset/validation",
                        "/grid/dataset.train/1",
                        "/grid/evaluation.at/1/steps/1")
                .hasEntrySatisfying(
                        "/template/dataset/validation",
                        detail -> assertThat(detail).startsWith("there is no dataset 'lost'"));
        assertThat(
                        faults(
                                "{%s, \"grid\": {\"method.rank\": [4], \"training.learning_rate.a\": [1]}}"))
                .containsExactly(
                        Map.entry(
                                "/grid/training.learning_rate.a",
                                "must be a number, got {\"a\":1}"));
        assertThat(jobs()).isEqualTo(before);
        assertThat(api.get("experiments/" + experiment + "/sweeps").get("data")).isEmpty();
    }

    @Test
    void aGridThatMakesNoCellsIsRefused() {
        assertThat(faults("{\"template\": [], \"grid\": [], \"most_jobs\": 1001, \"name\": \" \"}"))
                .containsOnlyKeys("/template", "/grid", "/most_jobs", "/name");
        assertThat(
                        faults(
                                """
                                {"template": {"experiment": "exp_x"},
                                 "grid": [{"a..b": [1], "name": ["x"], "experiment": ["y"], "a/b": 3, "c": []}, {}, 7, {"d": [1, 2, 1]}]}"""))
                .containsOnlyKeys(
                        "/template/experiment",
                        "/grid/0/a..b",
                        "/grid/0/name",
                        "/grid/0/experiment",
                        "/grid/0/a~1b",
                        "/grid/0/c",
                        "/grid/1",
                        "/grid/2",
                        "/grid/3/d/2");
    }

    @Test
    void equalCellsAndTooManyAreRefused() {
        assertThat(
                        faults(
                                """
                                {%s, "grid": [{"method.rank": [4, 8]}, {"method": [{"type": "lora", "rank": 8, "alpha": 16}]}]}"""))
                .containsExactly(
                        Map.entry(
                                "/grid",
                                "cells 1 and 2 are equal (method lora rank 8 alpha 16); leave one out"));
        assertThat(
                        faults(
                                "{%s, \"most_jobs\": 5, \"grid\": {\"method.rank\": [1, 2, 3], \"training.seed\": [1, 2]}}"))
                .containsExactly(
                        Map.entry(
                                "/grid",
                                "makes 6 jobs, more than most_jobs, 5; leave values out, or say a most_jobs of up to 1000"));
    }

    @Test
    void aDryRunAnswersEachCellsPlanAndStoresNothing() {
        experiment = api.post("experiments", EXPERIMENT, 201).get("id").stringValue();
        int before = jobs();
        String request =
                "{%s, \"grid\": {\"method.rank\": [4, 8], \"training.max_steps\": [10, 20]}}";

        JsonNode plan = post("?dry_run=true", request, 200);

        assertThat(names(plan).get(1)).isEqualTo("rank 4, max_steps 20");
        JsonNode ofJob =
                api.post(
                        "jobs?dry_run=true",
                        """
                        {"experiment": "%s", "dataset": {"train": "gsm8k-train"}, "method": {"type": "lora", "rank": 8, "alpha": 16},
                         "training": {"max_steps": 20, "batch_size": 4, "sequence_length": 64, "learning_rate": 1e-3}}"""
                                .formatted(experiment),
                        200);
        assertThat(plan.at("/cells/3/plan")).isEqualTo(ofJob);
        assertThat(plan.at("/cells/3/seconds").isNull()).isTrue();
        JsonNode total = plan.get("total");
        assertThat(total.get("jobs").asInt()).isEqualTo(4);
        assertThat(total.get("steps").asInt()).isEqualTo(60);
        assertThat(total.get("tokens").asInt()).isEqualTo(60 * 4 * 64);
        assertThat(total.get("seconds").isNull()).isTrue();
        assertThat(total.get("peak_bytes")).isEqualTo(ofJob.at("/memory/peak"));
        assertThat(jobs()).isEqualTo(before);
    }

    @Test
    void aLadderOfBranchesIsATrunkACellAndABranchABudget() {
        experiment = api.post("experiments", EXPERIMENT, 201).get("id").stringValue();
        String request =
                """
                {"template": {"dataset": {"train": "gsm8k-train"}, "method": {"type": "lora"}, "preset": "code-cpt-r16",
                              "training": {"batch_size": 4, "sequence_length": 64, "micro_batch_size": 4, "precision": "fp32", "schedule": {"warmup": 2}}},
                 "grid": {"method.rank": [4, 8]}, "ladder": {"kind": "branches", "steps": [10, 20, 100]}}""";

        JsonNode plan = post("?dry_run=true", request, 200);
        assertThat(cells(plan, "part").subList(0, 4))
                .containsExactly("trunk", "branch", "branch", "branch");
        assertThat(
                        plan.get("cells")
                                .valueStream()
                                .limit(4)
                                .map(cell -> cell.at("/plan/steps").asInt()))
                .containsExactly(80, 2, 4, 20);
        assertThat(plan.at("/total/tokens").asInt()).isEqualTo(2 * 106 * 4 * 64);
        assertThat(faults(request.replace("[10, 20, 100]}", "[10, 20, 100]}, \"most_jobs\": 7")))
                .containsEntry(
                        "/grid",
                        "makes 8 jobs, more than most_jobs, 7; leave values out, or say a most_jobs of up to 1000");

        JsonNode sweep = sweep(request);
        assertThat(names(sweep).subList(0, 5))
                .containsExactly(
                        "rank 4, 80 steps trunk",
                        "rank 4, 10 steps cooled",
                        "rank 4, 20 steps cooled",
                        "rank 4, 100 steps cooled",
                        "rank 8, 80 steps trunk");
        List<String> jobs = cells(sweep, "job");
        JsonNode trunk = api.get("jobs/" + jobs.get(4));
        assertThat(trunk.at("/spec/checkpoints/at/steps").toString()).isEqualTo("[8,16,80]");
        assertThat(trunk.at("/spec/training/schedule/cooldown").asDouble()).isZero();
        JsonNode branch = api.get("jobs/" + jobs.get(7));
        assertThat(branch.at("/spec/branch/job").stringValue()).isEqualTo(jobs.get(4));
        assertThat(branch.at("/spec/training/max_steps").asInt()).isEqualTo(100);
        assertThat(branch.get("waits_for").stringValue()).isEqualTo(jobs.get(4));
        assertThat(sweep.at("/cells/7/waits_for").stringValue()).isEqualTo(jobs.get(4));
        assertThat(queued(trunk)).isEqualTo(1);
        assertThat(queued(branch)).isZero();
        assertThat(sweep.at("/ladder/steps").toString()).isEqualTo("[10,20,100]");
        String path = "sweeps/" + sweep.get("id").stringValue();
        assertThat(api.get(path)).isEqualTo(sweep);

        assertThat(cells(api.post(path + "/cancel", "", 202), "status")).containsOnly("cancelled");
        JsonNode again = api.post(path + "/retry", "", 202);
        assertThat(again.at("/cells/7/waits_for").stringValue()).isEqualTo(jobs.get(4));
        assertThat(queued(branch)).isZero();
        assertThat(queued(trunk)).isEqualTo(1);
    }

    @Test
    void aLadderOfRunsIsAJobABudgetAndAHotOneASingleJobThatIsScoredAtEach() {
        JsonNode runs =
                sweep(
                        """
                        {"template": {"name": "mine", "dataset": {"train": "gsm8k-train"}, "method": {"type": "full"},
                                      "training": {"learning_rate": 1e-3}},
                         "ladder": {"kind": "runs", "epochs": [0.5, 1, 2]}}""");
        JsonNode hot =
                sweep(
                        """
                        {"template": {"dataset": {"train": "gsm8k-train"}, "method": {"type": "full"}, "training": {"learning_rate": 1e-3}},
                         "ladder": {"kind": "hot", "tokens": [1000, 20000]}}""");

        assertThat(names(runs))
                .containsExactly("mine, 0.5 epochs", "mine, 1 epoch", "mine, 2 epochs");
        assertThat(specs(runs, "/spec/training/epochs")).containsExactly("0.5", "1.0", "2.0");
        assertThat(cells(runs, "part")).containsOnly("run");
        assertThat(runs.get("grid").isNull()).isTrue();
        assertThat(names(hot)).containsExactly("20000 tokens hot");
        JsonNode job = api.get("jobs/" + hot.at("/cells/0/job").stringValue());
        assertThat(job.at("/spec/evaluation/at/tokens").toString()).isEqualTo("[1000,20000]");
        assertThat(job.at("/spec/training/max_tokens").asInt()).isEqualTo(20000);
    }

    @Test
    void whatIsWrongWithALadderIsSaidWhereItStands() {
        String full =
                "{\"template\": {\"dataset\": {\"train\": \"gsm8k-train\"}, \"method\": {\"type\": \"full\"}, \"training\": {%s}}, %s}";

        assertThat(faults(full.formatted("\"learning_rate\": 1e-3", "\"most_jobs\": 3")))
                .containsOnlyKeys("/ladder");
        assertThat(
                        faults(
                                full.formatted(
                                        "\"learning_rate\": 1e-3, \"max_steps\": 3",
                                        "\"grid\": {\"training.epochs\": [1, 2]}, \"ladder\": {\"kind\": \"runs\", \"steps\": [1]}")))
                .containsOnlyKeys("/template/training/max_steps", "/grid/training.epochs");
        assertThat(
                        faults(
                                full.formatted(
                                        "\"learning_rate\": 1e-3",
                                        "\"ladder\": {\"kind\": \"runs\", \"steps\": [4, 2], \"epochs\": [0], \"cooldown\": 1}")))
                .containsOnlyKeys(
                        "/ladder", "/ladder/steps/1", "/ladder/epochs/0", "/ladder/cooldown");
        assertThat(
                        faults(
                                full.formatted(
                                        "\"learning_rate\": 1e-3",
                                        "\"ladder\": {\"kind\": \"branches\", \"steps\": [10, 100]}")))
                .containsOnlyKeys("/template/training/schedule");
        assertThat(
                        faults(
                                full.formatted(
                                        "\"learning_rate\": 1e-3, \"schedule\": {\"type\": \"constant\"}",
                                        "\"ladder\": {\"kind\": \"branches\", \"steps\": [1, 100]}")))
                .containsOnlyKeys("/ladder/steps");
    }

    @Test
    void theTimeIsToldAtThePaceOfAJobThatIsDone() {
        database.sql("delete from metric_series where key = 'train/tokens_per_second'").update();
        String done =
                sweep("{%s, \"grid\": {\"method.rank\": [4]}}").at("/cells/0/job").stringValue();
        end(done, "succeeded");
        for (int step = 1; step <= 3; step++)
            point(done, "train/tokens_per_second", step, step * 64);

        JsonNode plan = post("?dry_run=true", "{%s, \"grid\": {\"method.rank\": [8, 9]}}", 200);
        JsonNode full =
                post(
                        "?dry_run=true",
                        "{%s, \"grid\": [{\"method.rank\": [8]}, {\"method\": [{\"type\": \"full\"}]}]}",
                        200);

        assertThat(plan.at("/cells/1/seconds").asDouble()).isEqualTo(10 * 4 * 64 / 128.0);
        assertThat(plan.at("/total/seconds").asDouble()).isEqualTo(2 * 10 * 4 * 64 / 128.0);
        assertThat(full.at("/cells/1/seconds").isNull()).isTrue();
        assertThat(full.at("/total/seconds").isNull()).isTrue();
    }

    @Test
    void aSweepIsCancelledAndRetriedByOneCallEach() {
        JsonNode sweep = sweep("{%s, \"grid\": {\"method.rank\": [1, 2, 3, 4]}}");
        String path = "sweeps/" + sweep.get("id").stringValue();
        List<String> jobs = cells(sweep, "job");
        api.post("jobs/" + jobs.get(0) + "/pause", "", 202);
        end(jobs.get(1), "succeeded");
        end(jobs.get(2), "failed");
        assertThat(cells(api.get(path), "status"))
                .containsExactly("paused", "succeeded", "failed", "queued");

        assertThat(cells(api.post(path + "/cancel", "", 202), "status"))
                .containsExactly("cancelled", "succeeded", "failed", "cancelled");
        assertThat(queued(api.get("jobs/" + jobs.get(3)))).isZero();

        JsonNode again = api.post(path + "/retry", "", 202);
        assertThat(cells(again, "status"))
                .containsExactly("queued", "succeeded", "queued", "queued");
        assertThat(queued(api.get("jobs/" + jobs.get(3)))).isEqualTo(1);
        assertThat(api.post(path + "/retry", "", 202)).isEqualTo(again);
    }

    @Test
    void aCellShowsTheScoreOfItsLastScoredCheckpoint() {
        JsonNode sweep = sweep("{%s, \"grid\": {\"method.rank\": [1, 2, 3]}}");
        List<String> jobs = cells(sweep, "job");
        for (String job : jobs) point(job, "learning", 0, 0.1);
        point(jobs.get(0), "learning", 5, 0.2);
        point(jobs.get(0), "forgetting", 5, 0.01);
        point(jobs.get(0), "learning", 10, 0.3);
        point(jobs.get(0), "forgetting", 10, Double.NaN);
        point(jobs.get(1), "learning", 5, 0.25);

        JsonNode read = api.get("sweeps/" + sweep.get("id").stringValue());

        assertThat(read.at("/cells/0/score").toString())
                .isEqualTo("{\"step\":10,\"learning\":0.3,\"forgetting\":null}");
        assertThat(read.at("/cells/1/score").toString())
                .isEqualTo("{\"step\":5,\"learning\":0.25,\"forgetting\":null}");
        assertThat(read.at("/cells/2/score").isNull()).isTrue();
    }

    @Test
    void anExperimentIsDeletedWithItsSweeps() {
        JsonNode sweep = sweep("{%s, \"grid\": {\"method.rank\": [1, 2]}}");
        String path = "sweeps/" + sweep.get("id").stringValue();
        api.post(path + "/cancel", "", 202);

        client.method(HttpMethod.DELETE)
                .uri("/api/v1/experiments/" + experiment)
                .exchange()
                .expectStatus()
                .isNoContent();

        for (String gone : List.of(path, "experiments/" + experiment + "/sweeps"))
            client.get().uri("/api/v1/" + gone).exchange().expectStatus().isNotFound();
        for (String gone : List.of(path + "/cancel", path + "/retry"))
            api.post(gone, "", HttpStatus.NOT_FOUND.value());
        post("", "{%s, \"grid\": {\"method.rank\": [1]}}", HttpStatus.NOT_FOUND.value());
    }

    @Test
    void aThousandJobsAreMadeByOneRequest() {
        JsonNode sweep =
                sweep(
                        "{%s, \"most_jobs\": 1000, \"grid\": {\"method.rank\": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], \"training.seed\": "
                                + IntStream.range(0, 100).boxed().toList()
                                + "}}");

        assertThat(sweep.get("cells")).hasSize(1000);
        assertThat(cells(sweep, "job")).isSorted();
    }

    private JsonNode sweep(String request) {
        return post("", request, 202);
    }

    /** With the usual template where the request leaves a place for it. */
    private JsonNode post(String query, String request, int status) {
        return api.post(
                "experiments/" + experiment + "/sweeps" + query, request.formatted(LORA), status);
    }

    private Map<String, String> faults(String request) {
        return post("", request, 422)
                .get("errors")
                .valueStream()
                .collect(
                        Collectors.toMap(
                                fault -> fault.get("pointer").stringValue(),
                                fault -> fault.get("detail").stringValue()));
    }

    private static List<String> names(JsonNode sweep) {
        return cells(sweep, "name");
    }

    private static List<String> cells(JsonNode sweep, String field) {
        return sweep.get("cells").valueStream().map(cell -> cell.get(field).stringValue()).toList();
    }

    private List<String> specs(JsonNode sweep, String pointer) {
        return cells(sweep, "job").stream()
                .map(job -> api.get("jobs/" + job).at(pointer).asString())
                .toList();
    }

    private int queued(JsonNode job) {
        return database.sql("select count(*) from scheduled_tasks where task_instance like :like")
                .param("like", job.get("id").stringValue() + ".%")
                .query(Integer.class)
                .single();
    }

    private int jobs() {
        return database.sql("select count(*) from jobs").query(Integer.class).single();
    }

    private void end(String job, String status) {
        database.sql("update jobs set status = 'running' where id = ?").param(job).update();
        database.sql("update jobs set status = ?, ended_at = now() where id = ?")
                .param(status)
                .param(job)
                .update();
    }

    private void point(String job, String key, long step, double value) {
        database.sql("select file_points(?, array[?], array[1], array[?], array[?], array[now()])")
                .param(job)
                .param(key)
                .param(step)
                .param(value)
                .query((row, number) -> number)
                .single();
    }
}
