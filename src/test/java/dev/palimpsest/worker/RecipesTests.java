package dev.palimpsest.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.Api;
import dev.palimpsest.ServiceTest;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.web.servlet.client.RestTestClient;
import tools.jackson.databind.JsonNode;

/** Methods and recipes of the paper, asked for by HTTP and run by real trainers. */
@ServiceTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RecipesTests {
    private static final String MODEL =
            """
            {"name": "recipes-tiny", "source": {"type": "random", "seed": 1, "config": {
                "model_type": "qwen3", "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2,
                "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 16, "vocab_size": 4096,
                "max_position_embeddings": 512, "rms_norm_eps": 1e-6, "rope_theta": 10000.0,
                "tie_word_embeddings": true, "hidden_act": "silu"}}}
            """;

    private static final String EXPERIMENT =
            """
            {"name": "recipes", "base_model": "recipes-tiny",
             "learning_tasks": ["gsm8k_perplexity"], "forgetting_tasks": ["definitions_choice"]}
            """;

    private static final String JOB =
            """
            {"experiment": "%s", "dataset": {"train": "gsm8k-validation"}, "method": %s,
             "training": {"max_steps": 4, "batch_size": 4, "sequence_length": 512, "learning_rate": 1e-2%s},
             "evaluation": {"limit": 2}}
            """;

    private static final String LORA = "{\"type\": \"lora\", \"rank\": 4, \"alpha\": 8%s}";

    @Autowired RestTestClient client;
    private Api api;
    private String experiment;

    @BeforeAll
    void experiment() {
        api = new Api(client);
        api.post("models", MODEL, 202);
        api.until("models/recipes-tiny", "ready");
        experiment = api.post("experiments", EXPERIMENT, 201).get("id").stringValue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "dora | , \"optimizer\": {\"type\": \"lionw\", \"weight_decay\": 1e-6}, \"precision\": \"bf16\"",
                "pissa | , \"packing\": true, \"schedule\": {\"type\": \"linear\"}",
                "lora_plus | , \"activation_checkpointing\": true, \"attention_dropout\": 0.1"
            })
    void aVariantIsTrainedSavedAndScored(String variant, String recipe) {
        String method = LORA.formatted(", \"variant\": \"%s\"".formatted(variant));

        String job = succeeded(JOB.formatted(experiment, method, recipe));

        JsonNode answer = api.get("jobs/" + job);
        assertThat(answer.at("/data/documents").asInt()).isPositive();
        assertThat(answer.at("/data/documents_per_row").asDouble())
                .satisfies(
                        perRow -> {
                            if (recipe.contains("packing")) assertThat(perRow).isGreaterThan(1);
                            else assertThat(perRow).isEqualTo(1);
                        });
        assertThat(api.get("jobs/" + job + "/evaluations").get("data")).isNotEmpty();
        assertThat(losses(job).size()).isEqualTo(4);
    }

    @Test
    void aJobStartsFromTheAdapterOfAnother() {
        String first = succeeded(JOB.formatted(experiment, LORA.formatted(""), ""));
        String adapter = checkpoint(first);
        String start =
                ", \"adapter\": {\"type\": \"checkpoint\", \"id\": \"%s\"}".formatted(adapter);

        String second = succeeded(JOB.formatted(experiment, LORA.formatted(start), ""));

        // the same batches in the same order: what the first one learned is there at once
        assertThat(losses(second).get(0).get("value").asDouble())
                .isLessThan(losses(first).get(0).get("value").asDouble() - 0.1);
    }

    @Test
    void theBaseModelIsScoredOnceForAllJobsOfOneNumberFormat() {
        String job = JOB.formatted(experiment, LORA.formatted(""), "%s");

        String first = succeeded(job.formatted(""));
        String second = succeeded(job.formatted(", \"seed\": 5"));
        String rounded = succeeded(job.formatted(", \"precision\": \"bf16\""));

        assertThat(base(first)).hasSize(2).isEqualTo(base(second));
        assertThat(base(rounded)).hasSize(2).doesNotContainAnyElementsOf(base(first));
    }

    /** Which evaluations of the base model a job shows. */
    private List<String> base(String job) {
        return api.get("jobs/" + job + "/evaluations")
                .get("data")
                .valueStream()
                .filter(evaluation -> evaluation.get("step").asLong() == 0)
                .map(evaluation -> evaluation.get("id").stringValue())
                .toList();
    }

    @Test
    void anAdapterThatDoesNotFitIsRefused() {
        String model = succeeded(JOB.formatted(experiment, "{\"type\": \"full\"}", ""));
        String start = ", \"adapter\": {\"type\": \"checkpoint\", \"id\": \"%s\"}";

        for (String id : new String[] {"ckpt_unknown", checkpoint(model)}) {
            JsonNode refused =
                    api.post(
                            "jobs",
                            JOB.formatted(experiment, LORA.formatted(start.formatted(id)), ""),
                            422);
            assertThat(refused.at("/errors/0/pointer").stringValue())
                    .isEqualTo("/method/adapter/id");
        }
        String adapter = checkpoint(succeeded(JOB.formatted(experiment, LORA.formatted(""), "")));
        String other =
                "{\"type\": \"lora\", \"rank\": 8, \"alpha\": 8, \"adapter\": {\"type\": \"checkpoint\", \"id\": \"%s\"}}"
                        .formatted(adapter);
        String job =
                api.post("jobs", JOB.formatted(experiment, other, ""), 202).get("id").stringValue();
        JsonNode failed = api.until("jobs/" + job, "failed");
        assertThat(failed.at("/error/title").stringValue())
                .contains("the adapter to start from has rank 4, alpha 8.0");
    }

    @Test
    void aPresetIsWrittenOutInTheSpec() {
        String body =
                """
                {"experiment": "%s", "preset": "math-ift-r16", "dataset": {"train": "gsm8k-validation"},
                 "method": {"type": "lora", "rank": 2},
                 "training": {"max_steps": 2, "batch_size": 4, "micro_batch_size": 2, "sequence_length": 128},
                 "evaluation": {"limit": 2}}
                """
                        .formatted(experiment);

        JsonNode spec = api.get("jobs/" + succeeded(body)).get("spec");

        assertThat(spec.get("preset").stringValue()).isEqualTo("math-ift-r16");
        assertThat(spec.at("/method/rank").asInt()).isEqualTo(2);
        assertThat(spec.at("/method/dropout").asDouble()).isEqualTo(0.05);
        assertThat(spec.at("/training/learning_rate").asDouble()).isEqualTo(1e-4);
        assertThat(spec.at("/training/precision").stringValue()).isEqualTo("amp_bf16");
        assertThat(spec.at("/training/optimizer/type").stringValue()).isEqualTo("lionw");
        assertThat(api.get("presets/math-ift-r16").at("/spec/training/batch_size").asInt())
                .isEqualTo(768);
        assertThat(
                        api.post("jobs", body.replace("math-ift-r16", "math-ift-r17"), 422)
                                .at("/errors/0/pointer")
                                .stringValue())
                .isEqualTo("/preset");
    }

    private String succeeded(String spec) {
        String job = api.post("jobs", spec, 202).get("id").stringValue();
        api.until("jobs/" + job, "succeeded");
        return job;
    }

    private String checkpoint(String job) {
        return api.get("jobs/" + job + "/checkpoints").at("/data/0/id").stringValue();
    }

    private JsonNode losses(String job) {
        return api.get("jobs/" + job + "/metrics?keys=train/loss").at("/data/0/points");
    }
}
