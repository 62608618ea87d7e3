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
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.web.servlet.client.RestTestClient;
import tools.jackson.databind.JsonNode;

/** Tasks of a team's own, defined over its datasets by HTTP. */
@ServiceTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CustomTaskTests {
    private static final Path BENCHMARKS = Path.of("src/test/resources/benchmarks");

    private static final String SUMS =
            """
            {"sum": "1 + 1", "result": 2, "wrong": [3, 5], "test": "assert answer() == 2"}
            {"sum": "2 + 1", "result": 3, "wrong": [1, 4], "test": "assert answer() == 3"}
            {"sum": "3 + 2", "result": 5, "wrong": [4, 6], "test": "assert answer() == 5"}
            """;

    private static final String CHOICE =
            """
            {"name": "%s", "dataset": "%s", "few_shot": %d,
             "mechanism": {"type": "multiple_choice", "context": "{{sum}} =", "options": "{{[result] + wrong}}",
                           "answer": "{{0}}", "metric": "acc_norm"}}""";

    @Autowired RestTestClient client;
    @Autowired Tasks tasks;
    @Autowired DatasetRows rows;
    @Autowired CustomTasks custom;
    @Autowired Home home;
    private Api api;

    @BeforeAll
    void sums() {
        api = new Api(client);
        rows("custom-sums", SUMS);
    }

    @Test
    void eachMechanismAsksTheRowsOfADataset() {
        api.post("tasks", CHOICE.formatted("sums-choice", "custom-sums", 1), 201);
        api.post(
                "tasks",
                """
                {"name": "sums-schema", "dataset": "custom-sums",
                 "mechanism": {"type": "schema", "contexts": ["{{sum}} is", "{{sum}}{{sum}} is"],
                               "continuation": "{{result}}", "answer": "{{false}}"}}""",
                201);
        api.post(
                "tasks",
                """
                {"name": "sums-text", "dataset": "custom-sums",
                 "mechanism": {"type": "perplexity", "text": "{% for w in wrong %}{{sum}} is not {{w}}\\n{% endfor %}"}}""",
                201);
        api.post(
                "tasks",
                """
                {"name": "sums-match", "dataset": "custom-sums", "few_shot": 2,
                 "mechanism": {"type": "generate_and_match", "prompt": "{{sum}} =", "answer": "{{result}}", "most_tokens": 5,
                               "filters": [{"type": "extract", "metric": "first_number", "pattern": "[0-9]+"}, {"type": "whole"}]}}""",
                201);
        JsonNode run =
                api.post(
                        "tasks",
                        """
                        {"name": "sums-run", "dataset": "custom-sums",
                         "mechanism": {"type": "generate_and_run", "prompt": "def answer():\\n    return", "closing": "\\n{{test}}",
                                       "stops": ["\\n"], "samples": 3, "temperature": 0.8, "most_tokens": 4}}""",
                        201);

        assertThat(run.get("kind").stringValue()).isEqualTo("generate_and_run");
        assertThat(run.get("metric").stringValue()).isEqualTo("pass@1");
        assertThat(run.get("items").asInt()).isEqualTo(3);
        assertThat(run.get("built_in").asBoolean()).isFalse();
        assertThat(run.at("/definition/mechanism/samples").asInt()).isEqualTo(3);
        assertThat(api.get("tasks/sums-run")).isEqualTo(run);
        String names =
                """
                {"name": "sums-choice"}, {"name": "sums-choice", "convention": "gauntlet"}, {"name": "sums-schema"},
                {"name": "sums-text"}, {"name": "sums-match"}, {"name": "sums-run"}""";
        JsonNode scored =
                scored("{\"model\": \"palimpsest-mini\", \"tasks\": [%s]}".formatted(names));
        assertThat(metrics(scored, 0)).contains("acc", "acc_norm", "acc_bytes");
        assertThat(metrics(scored, 1)).containsExactly("acc_per_token");
        assertThat(metrics(scored, 2)).containsExactly("acc");
        assertThat(metrics(scored, 3)).containsExactly("bits_per_byte");
        assertThat(metrics(scored, 4)).containsExactly("exact_match", "first_number");
        assertThat(metrics(scored, 5)).contains("pass@1", "pass@3", "distinct");
        assertThat(items("sums-choice"))
                .contains("\"context\":\"1 + 1 =\",\"options\":[\"2\",\"3\",\"5\"],\"gold\":0}");
    }

    /** What is proved of the built-in ones is so proved of the templates. */
    @Test
    void arcAndWinoGrandeWrittenAsTemplatesAskWhatTheBuiltInOnesAsk() throws IOException {
        rows("custom-arc", unpacked("arc_challenge_test.jsonl.gz"));
        rows("custom-winogrande", unpacked("winogrande_xl_dev.jsonl.gz"));
        api.post(
                "tasks",
                """
                {"name": "arc-again", "dataset": "custom-arc",
                 "mechanism": {"type": "multiple_choice", "context": "Question: {{question}}\\nAnswer:",
                               "options": "{{choices.text}}", "answer": "{{choices.label.index(answerKey)}}", "metric": "acc_norm"}}""",
                201);
        api.post(
                "tasks",
                """
                {"name": "winogrande-again", "dataset": "custom-winogrande",
                 "mechanism": {"type": "schema",
                               "contexts": ["{{sentence.split('_')[0]}}{{option1}}", "{{sentence.split('_')[0]}}{{option2}}"],
                               "continuation": "{{sentence.split('_')[1] | trim}}", "answer": "{{answer | int - 1}}"}}""",
                201);
        Tasks builtIn =
                new Tasks(home, new Settings(home.root(), BENCHMARKS, Role.ALL), rows, custom);

        assertThat(items("winogrande-again")).isEqualTo(items(builtIn, "winogrande", "{}"));
        assertThat(items("arc-again")).isEqualTo(items(builtIn, "arc_challenge", "{}"));
        for (String plan :
                List.of(
                        "{\"few_shot\": {\"%s\": 3}, \"convention\": \"gauntlet\"}",
                        "{\"few_shot\": {\"%s\": 5}, \"convention\": \"gauntlet\", \"exemplars\": \"first_n\"}"))
            assertThat(items(tasks, "arc-again", plan.formatted("arc-again")))
                    .isEqualTo(items(builtIn, "arc_challenge", plan.formatted("arc_challenge")));
    }

    @Test
    void everyFaultOfADefinitionIsSaidAtItsField() {
        faults(
                """
                {"name": "No Name", "dataset": "custom-sums", "few_shot": 101,
                 "mechanism": {"type": "multiple_choice", "context": "{{sum", "options": ["{{a}}", "{% end %}"], "answer": 7,
                               "metric": "luck", "extra": 1}}""",
                "/name",
                "/few_shot",
                "/mechanism/context",
                "/mechanism/options/1",
                "/mechanism/answer",
                "/mechanism/metric",
                "/mechanism/extra");
        faults(
                """
                {"name": "faulty", "dataset": "gone", "exemplar_dataset": "gone too",
                 "mechanism": {"type": "perplexity", "text": "{{sum}}"}}""",
                "/dataset",
                "/exemplar_dataset");
        faults(
                """
                {"name": "faulty", "dataset": "custom-sums", "few_shot": 1,
                 "mechanism": {"type": "generate_and_run", "prompt": "", "closing": "", "stops": [""], "samples": 2,
                               "top_p": 0, "most_tokens": 0}}""",
                "/mechanism/stops/0",
                "/mechanism/temperature",
                "/mechanism/top_p",
                "/mechanism/most_tokens");
        faults(
                """
                {"name": "faulty", "dataset": "custom-sums",
                 "mechanism": {"type": "generate_and_match", "prompt": "{{sum}}", "answer": "{{result}}",
                               "filters": [{"type": "extract", "metric": "a", "pattern": "("},
                                           {"type": "extract", "metric": "B", "pattern": "x"}, {"type": "guess"}]}}""",
                "/mechanism/filters/0/pattern",
                "/mechanism/filters/1/metric",
                "/mechanism/filters/2/type");
        faults("{\"name\": \"faulty\", \"dataset\": \"custom-sums\"}", "/mechanism");
        faults(CHOICE.formatted("faulty", "custom-sums", 3), "/few_shot");
        faults(
                """
                {"name": "faulty", "dataset": "custom-sums", "few_shot": 1, "mechanism": {"type": "perplexity", "text": "x"}}""",
                "/few_shot");
    }

    @Test
    void aTemplateThatDoesNotSuitARowIsNamedWithTheRowAndTheColumns() {
        JsonNode refused =
                api.post(
                        "tasks",
                        """
                        {"name": "faulty", "dataset": "custom-sums",
                         "mechanism": {"type": "multiple_choice", "context": "{{summe}}", "options": ["{{result}}", "2"],
                                       "answer": "{{result}}"}}""",
                        422);

        assertThat(refused.at("/errors/0/detail").stringValue())
                .isEqualTo(
                        "row 1 of 'custom-sums': uses 'summe', which is undefined; the columns are sum, result, wrong, test; 3 rows have a fault here");
    }

    @Test
    void aTaskStaysAsLongAsItIsNeededAndItsDatasetAsLongAsTheTask() {
        rows("custom-kept", SUMS);
        api.post("tasks", CHOICE.formatted("sums-kept", "custom-kept", 0), 201);
        api.post("tasks", CHOICE.formatted("sums-kept", "custom-kept", 0), 409);
        api.post("tasks", CHOICE.formatted("hellaswag", "custom-kept", 0), 409);
        String experiment =
                api.post(
                                "experiments",
                                """
                                {"name": "on sums", "base_model": "palimpsest-mini", "learning_tasks": ["sums-kept"]}""",
                                201)
                        .get("id")
                        .stringValue();

        deleted("datasets/custom-kept", 409);
        deleted("tasks/sums-kept", 409);
        deleted("tasks/hellaswag", 409);
        deleted("tasks/never", 404);

        deleted("experiments/" + experiment, 204);
        deleted("tasks/sums-kept", 204);
        deleted("datasets/custom-kept", 204);
    }

    @Test
    void aTaskThatComesBackWithOtherRulesIsAnother() {
        String hash = hash(api.post("tasks", CHOICE.formatted("sums-back", "custom-sums", 0), 201));
        deleted("tasks/sums-back", 204);
        JsonNode equal = api.post("tasks", CHOICE.formatted("sums-back", "custom-sums", 0), 201);
        deleted("tasks/sums-back", 204);
        JsonNode other =
                api.post(
                        "tasks",
                        CHOICE.formatted("sums-back", "custom-sums", 0)
                                .replace("acc_norm", "acc_bytes"),
                        201);

        assertThat(hash(equal)).isEqualTo(hash);
        assertThat(hash(other)).isNotEqualTo(hash);
        assertThat(other.get("metric").stringValue()).isEqualTo("acc_bytes");
    }

    @Test
    void aJobIsScoredOnATaskOfItsTeamAndDoesNotTrainOnRows() {
        api.post("tasks", CHOICE.formatted("sums-learned", "custom-sums", 0), 201);
        String experiment =
                api.post(
                                "experiments",
                                """
                                {"name": "sums learned", "base_model": "palimpsest-mini",
                                 "learning_tasks": ["sums-learned"], "forgetting_tasks": ["definitions_choice"]}""",
                                201)
                        .get("id")
                        .stringValue();
        String job =
                """
                {"experiment": "%s", "dataset": {"train": "%s"}, "method": {"type": "lora", "rank": 4, "alpha": 8},
                 "training": {"max_steps": 1, "batch_size": 2, "learning_rate": 1e-3}, "evaluation": {"limit": 2}}""";

        JsonNode refused = api.post("jobs", job.formatted(experiment, "custom-sums"), 422);
        String id =
                api.post("jobs", job.formatted(experiment, "gsm8k-validation"), 202)
                        .get("id")
                        .stringValue();
        api.until("jobs/" + id, "succeeded");

        assertThat(refused.at("/errors/0/pointer").stringValue()).isEqualTo("/dataset/train");
        assertThat(api.get("jobs/" + id + "/evaluations").get("data").toString())
                .contains("\"sums-learned\"", "acc_norm");
        assertThat(api.get("experiments/" + experiment + "/tradeoff").toString())
                .contains("\"learning\"");
    }

    private void faults(String definition, String... pointers) {
        assertThat(api.post("tasks", definition, 422).get("errors").valueStream())
                .extracting(fault -> fault.get("pointer").stringValue())
                .containsExactlyInAnyOrder(pointers);
    }

    private void deleted(String path, int status) {
        client.delete().uri("/api/v1/" + path).exchange().expectStatus().isEqualTo(status);
    }

    private void rows(String name, String lines) {
        api.upload(name, "rows", "rows.jsonl", lines.getBytes(StandardCharsets.UTF_8))
                .expectStatus()
                .isCreated();
    }

    private static String unpacked(String file) throws IOException {
        try (InputStream bytes =
                new GZIPInputStream(Files.newInputStream(BENCHMARKS.resolve(file)))) {
            return new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private String items(String task) {
        return items(tasks, task, "{}");
    }

    private static String items(Tasks tasks, String task, String plan) {
        RegisteredTask.Content content =
                tasks.named(task, Binder.bind(plan, EvaluationPlan.class))
                        .orElseThrow()
                        .contentOr(IllegalStateException::new);
        return contentOf(content.items());
    }

    private static String contentOf(Path file) {
        assertThat(file).exists();
        try {
            return Files.readString(file);
        } catch (IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        }
    }

    private static String hash(JsonNode task) {
        return task.get("data_hash").stringValue();
    }

    private JsonNode scored(String request) {
        String id = api.post("evaluations", request, 202).get("id").stringValue();
        api.until("scorings/" + id, "succeeded");
        return api.get("scorings/" + id);
    }

    private List<String> metrics(JsonNode scoring, int place) {
        String evaluation = scoring.at("/tasks/%d/evaluation".formatted(place)).stringValue();
        return List.copyOf(api.get("evaluations/" + evaluation).get("metrics").propertyNames());
    }
}
