package dev.palimpsest.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.Api;
import dev.palimpsest.ServiceTest;
import dev.palimpsest.home.Home;
import dev.palimpsest.home.Role;
import dev.palimpsest.home.Settings;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.EvaluationPlan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.web.servlet.client.RestTestClient;

@ServiceTest
class BenchmarkTaskTests {
    private static final Path BENCHMARKS = Path.of("src/test/resources/benchmarks");

    @TempDir Path folder;
    @Autowired RestTestClient client;
    @Autowired DatasetRows rows;
    @Autowired CustomTasks custom;
    private Home home;

    @BeforeEach
    void open() {
        home = Home.open(folder.resolve("home"));
    }

    @Test
    void eachPlanAsksItsOwnItemsAndEqualPlansTheSame() {
        Tasks tasks = tasks(BENCHMARKS);

        RegisteredTask usual = tasks.named("arc_challenge").orElseThrow();
        RegisteredTask gauntlet = tasks.named("arc_challenge", gauntlet()).orElseThrow();

        assertThat(content(usual).count()).isEqualTo(1172);
        assertThat(usual.sources())
                .containsExactly(
                        new RegisteredTask.SourceFile(
                                "arc_challenge_test.jsonl",
                                "a03a11a8fee86f6d0607f426e7b3b7a9180a4894170e934da75596e93c4b51f1"));
        assertThat(content(gauntlet).hash()).isNotEqualTo(content(usual).hash());
        assertThat(gauntlet.task().primary().metric()).isEqualTo("acc_per_token");
        assertThat(usual.task().primary().metric()).isEqualTo("acc_norm");
        assertThat(tasks(BENCHMARKS).named("arc_challenge", gauntlet())).contains(gauntlet);
        assertThat(tasks.named("gsm8k", gauntlet()).orElseThrow().protocol().words())
                .isEqualTo("lm_eval 5 sampled");
    }

    @Test
    void aFileThatComesLaterIsFoundWithoutARestart() throws IOException {
        Tasks tasks = tasks(folder);
        assertThat(tasks.named("piqa").orElseThrow().unavailable()).contains("piqa_val.jsonl");

        Files.writeString(
                folder.resolve("piqa_val.jsonl"),
                """
                {"goal": "Dry a shoe", "sol1": "Paper.", "sol2": "Water.", "label": 0}
                """);

        assertThat(content(tasks.named("piqa").orElseThrow()).count()).isEqualTo(1);
    }

    @Test
    void aFileThatIsNoBenchmarkMakesItsTaskUnavailable() throws IOException {
        Files.writeString(folder.resolve("piqa_val.jsonl"), "{\"goal\": \"Dry a shoe\"}\n");

        assertThat(tasks(folder).named("piqa").orElseThrow().unavailable())
                .isEqualTo(
                        "the task 'piqa' cannot be asked: Line 1 of piqa_val.jsonl is no document: it has no text 'sol1'");
    }

    @Test
    void aDatasetOfRowsThatIsNamedAsItsFileMakesABenchmarkAvailable() {
        String rows =
                """
                goal,sol1,sol2,label
                Dry a shoe,Paper.,Water.,0
                """;

        new Api(client)
                .upload("piqa_val", "rows", "piqa.csv", rows.getBytes(StandardCharsets.UTF_8))
                .expectStatus()
                .isCreated();

        RegisteredTask task = tasks(folder).named("piqa").orElseThrow();
        assertThat(content(task).items())
                .hasContent(
                        """
                        {"exemplars":"","context":"Question: Dry a shoe\\nAnswer:","options":["Paper.","Water."],"gold":0}""");
        client.delete().uri("/api/v1/datasets/piqa_val").exchange().expectStatus().isNoContent();
        assertThat(tasks(folder).named("piqa").orElseThrow().unavailable())
                .endsWith("or register its rows as the dataset 'piqa_val' with the format rows");
    }

    private Tasks tasks(Path benchmarks) {
        return new Tasks(home, new Settings(home.root(), benchmarks, Role.ALL), rows, custom);
    }

    private static RegisteredTask.Content content(RegisteredTask task) {
        return task.contentOr(IllegalStateException::new);
    }

    private static EvaluationPlan gauntlet() {
        return Binder.bind(
                """
                {"convention": "gauntlet", "few_shot": {"arc_challenge": 3}}""",
                EvaluationPlan.class);
    }
}
