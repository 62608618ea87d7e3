package dev.palimpsest.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.Api;
import dev.palimpsest.ServiceTest;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;
import tools.jackson.databind.JsonNode;

/** Branches of a trunk that nothing but the test runs. */
@ServiceTest
@TestPropertySource(properties = "palimpsest.role=api")
class BranchTests {
    private static final String EXPERIMENT =
            """
            {"name": "branched", "base_model": "palimpsest-mini",
             "learning_tasks": ["gsm8k_perplexity"], "forgetting_tasks": ["definitions_perplexity"]}""";

    private static final String JOB =
            """
            {"experiment": "%s", "dataset": {"train": "gsm8k-train"}, "method": {"type": "full"}, %s
             "training": {"max_steps": %d, "batch_size": 4, "learning_rate": 1e-3, "schedule": %s}}""";

    private static final String UP =
            "{\"type\": \"inverse_square_root\", \"warmup\": 2, \"cooldown\": 0}";

    @Autowired RestTestClient client;
    @Autowired JdbcClient database;
    @Autowired Turns turns;
    @Autowired Checkpoints checkpoints;
    private Api api;
    private String experiment;

    @BeforeEach
    void anExperiment() {
        api = new Api(client);
        experiment = api.post("experiments", EXPERIMENT, 201).get("id").stringValue();
    }

    @Test
    void aBranchWaitsUntilItsTrunkHasSucceededAndIsThenInTheQueue() {
        String trunk = submitted("", 80, UP);
        String branch = submitted(branchOf(trunk), 100, UP);

        JsonNode waiting = job(branch);
        assertThat(waiting.get("status").stringValue()).isEqualTo("queued");
        assertThat(waiting.get("waits_for").stringValue()).isEqualTo(trunk);
        assertThat(waiting.get("waits_until").stringValue())
                .isEqualTo("its trunk has succeeded; that is queued");
        assertThat(entries(branch)).isZero();

        end(trunk, new Outcome.Finished(80, 1));

        assertThat(job(branch).get("waits_for").isNull()).isTrue();
        assertThat(entries(branch)).isEqualTo(1);
    }

    @Test
    void aBranchWhoseTrunkFailsWaitsOnVisiblyAndBeginsAfterTheTrunksRetry() {
        String trunk = submitted("", 80, UP);
        String branch = submitted(branchOf(trunk), 100, UP);
        String paused = submitted(branchOf(trunk), 90, UP);
        String cancelled = submitted(branchOf(trunk), 70, UP);

        end(trunk, new Outcome.Failed("the loss is not a number", "", false));

        assertThat(job(branch).get("waits_until").stringValue())
                .isEqualTo("its trunk is retried and has succeeded; that is failed");
        assertThat(job(branch).get("status").stringValue()).isEqualTo("queued");
        api.post("jobs/" + paused + "/pause", "", 202);
        api.post("jobs/" + cancelled + "/cancel", "", 202);
        assertThat(job(cancelled).get("status").stringValue()).isEqualTo("cancelled");
        JsonNode again = api.post("jobs/" + cancelled + "/retry", "", 202);
        assertThat(again.get("waits_for").stringValue()).isEqualTo(trunk);
        assertThat(entries(branch) + entries(paused) + entries(cancelled)).isZero();

        api.post("jobs/" + trunk + "/retry", "", 202);
        end(trunk, new Outcome.Finished(80, 1));

        assertThat(entries(branch)).isEqualTo(1);
        assertThat(entries(cancelled)).isEqualTo(1);
        assertThat(entries(paused)).isZero();
        assertThat(api.post("jobs/" + paused + "/resume", "", 202).get("waits_for").isNull())
                .isTrue();
        assertThat(entries(paused)).isEqualTo(1);
    }

    @Test
    void everyDifferenceFromTheTrunkIsAFaultAtItsPointer() {
        String trunk = submitted("", 80, UP);
        String branch = submitted(branchOf(trunk), 100, UP);

        assertThat(
                        faults(
                                """
                                {"experiment": "%s", "dataset": {"train": "gsm8k-validation"}, "method": {"type": "lora", "rank": 4, "alpha": 8}, %s
                                 "training": {"epochs": 1, "batch_size": 8, "learning_rate": 1e-3, "schedule": %s},
                                 "checkpoints": {"every_steps": 5}, "evaluation": {"limit": 7, "at": {"epochs": [0.5]}, "by": "worker"}}"""
                                        .formatted(experiment, branchOf(trunk), UP)))
                .containsOnlyKeys(
                        "/dataset/train",
                        "/method/type",
                        "/training/batch_size",
                        "/evaluation/limit",
                        "/evaluation/by")
                .containsEntry("/training/batch_size", "must be its trunk's, 4, got 8")
                .containsEntry("/method/type", "must be its trunk's, \"full\", got \"lora\"");
        assertThat(faults(spec(branchOf("job_gone"), 100, UP)))
                .containsExactly(
                        Map.entry(
                                "/branch/job",
                                "there is no job 'job_gone'; GET /api/v1/jobs lists those there are"));
        assertThat(faults(spec(branchOf(branch), 100, UP)))
                .containsExactly(
                        Map.entry(
                                "/branch/job",
                                "'%s' is a branch itself; name its trunk, '%s'"
                                        .formatted(branch, trunk)));
        assertThat(faults(spec("\"branch\": {\"job\": \" \", \"cooldown\": 1},", 100, UP)))
                .containsOnlyKeys("/branch/job", "/branch/cooldown");
        String first = experiment;
        experiment = api.post("experiments", EXPERIMENT, 201).get("id").stringValue();
        assertThat(faults(spec(branchOf(trunk), 100, UP)).get("/branch/job"))
                .contains("belongs to experiment " + first);
    }

    @Test
    void aTrunkWhoseRateFallsByItselfIsRefusedWithWhatToUse() {
        String falls = "{\"type\": \"cosine\"}";
        String cosine = submitted("", 80, falls);
        String late = "{\"type\": \"inverse_square_root\", \"warmup\": 2, \"cooldown\": 0.5}";
        String root = submitted("", 80, late);

        assertThat(faults(spec(branchOf(cosine), 100, falls)))
                .containsExactly(
                        Map.entry(
                                "/training/schedule",
                                "falls by itself after 10 % of the trunk, which is left at 100 %: a trunk needs the schedule constant, or inverse_square_root with cooldown 0"));
        assertThat(faults(spec(branchOf(root), 75, late))).containsOnlyKeys("/training/schedule");
        assertThat(job(submitted(branchOf(root), 50, late)).get("waits_for").stringValue())
                .isEqualTo(root);
    }

    @Test
    void aBranchOfATrunkThatIsDoneBeginsAtOnceOrIsToldWhatTheTrunkLacks() {
        String trunk = submitted("", 80, UP);
        Turn turn = begin(trunk);
        checkpoints.save(checkpoint(trunk, 40));
        turns.end(turn, new Outcome.Finished(80, 1));

        assertThat(faults(spec(branchOf(trunk), 49, UP)))
                .containsExactly(
                        Map.entry(
                                "/branch/job",
                                "job %s has no checkpoint to go on from before the cooldown; submit it again with checkpoints.at {\"steps\": [39]} and branch from that"
                                        .formatted(trunk)));
        String branch = submitted(branchOf(trunk), 50, UP);
        assertThat(job(branch).get("waits_for").isNull()).isTrue();
        assertThat(entries(branch)).isEqualTo(1);
        JsonNode plan = api.post("jobs?dry_run=true", spec(branchOf(trunk), 60, UP), 200);
        assertThat(plan.get("steps").asInt()).isEqualTo(20);
        assertThat(plan.get("tokens").asInt()).isEqualTo(20 * 4 * 512);
    }

    private Turn begin(String job) {
        int round = job(job).get("attempts").size() + 1;
        Turn turn = turns.begin(job, round, "worker-1").orElseThrow();
        turns.file(
                turn, running -> running.planned(80, 1, new EpochData(40, 40, 900, 1), List.of()));
        return turn;
    }

    private void end(String job, Outcome outcome) {
        turns.end(begin(job), outcome);
    }

    private static Checkpoint checkpoint(String job, long step) {
        return new Checkpoint(
                "ckpt_" + job,
                job,
                1,
                step,
                0.1,
                1000,
                "model",
                false,
                true,
                true,
                "jobs/" + job,
                List.of(new Checkpoint.File("state/optimizer.safetensors", 1, "abc")),
                "abc");
    }

    private static String branchOf(String trunk) {
        return "\"branch\": {\"job\": \"%s\"},".formatted(trunk);
    }

    private String spec(String branch, int steps, String schedule) {
        return JOB.formatted(experiment, branch, steps, schedule);
    }

    private String submitted(String branch, int steps, String schedule) {
        return api.post("jobs", spec(branch, steps, schedule), 202).get("id").stringValue();
    }

    private JsonNode job(String id) {
        return api.get("jobs/" + id);
    }

    private int entries(String job) {
        return database.sql("select count(*) from scheduled_tasks where task_instance like :like")
                .param("like", job + ".%")
                .query(Integer.class)
                .single();
    }

    private Map<String, String> faults(String spec) {
        return api.post("jobs", spec, 422)
                .get("errors")
                .valueStream()
                .collect(
                        Collectors.toMap(
                                fault -> fault.get("pointer").stringValue(),
                                fault -> fault.get("detail").stringValue()));
    }
}
