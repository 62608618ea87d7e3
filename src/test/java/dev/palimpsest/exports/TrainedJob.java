package dev.palimpsest.exports;

import dev.palimpsest.Api;
import java.util.List;
import org.springframework.test.web.servlet.client.RestTestClient;
import tools.jackson.databind.JsonNode;

/** A client of a running service that has trained a small job. */
record TrainedJob(Api api, List<String> checkpoints) {
    static final int ANY_SUCCESS = Api.ANY_SUCCESS;

    private static final String MODEL =
            """
            {"name": "export-tiny", "source": {"type": "random", "seed": 1, "config": {
                "model_type": "llama", "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2,
                "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 4096,
                "max_position_embeddings": 512, "rms_norm_eps": 1e-5, "rope_theta": 10000.0,
                "tie_word_embeddings": true, "hidden_act": "silu"}}}
            """;

    private static final String EXPERIMENT =
            """
            {"name": "exported", "base_model": "export-tiny",
             "learning_tasks": ["gsm8k_perplexity"], "forgetting_tasks": ["definitions_choice"]}
            """;

    private static final String JOB =
            """
            {"experiment": "%s", "dataset": {"train": "gsm8k-validation"},
             "method": {"type": "lora", "rank": 4, "alpha": 8},
             "training": {"max_steps": 6, "batch_size": 4, "sequence_length": 64, "learning_rate": 1e-2},
             "checkpoints": {"every_steps": 2, "keep_last": 3}, "evaluation": {"limit": 2}}
            """;

    /** Trains it; its checkpoints come by step, three of them. */
    static TrainedJob on(RestTestClient client) {
        TrainedJob bare = new TrainedJob(new Api(client), List.of());
        bare.post("models", MODEL, 202);
        bare.until("models/export-tiny", "ready");
        String experiment = bare.post("experiments", EXPERIMENT, 201).get("id").stringValue();
        String job = bare.post("jobs", JOB.formatted(experiment), 202).get("id").stringValue();
        bare.until("jobs/" + job, "succeeded");
        return new TrainedJob(
                bare.api(),
                bare.get("jobs/" + job + "/checkpoints")
                        .get("data")
                        .valueStream()
                        .map(checkpoint -> checkpoint.get("id").stringValue())
                        .toList());
    }

    String checkpoint() {
        return checkpoints.getLast();
    }

    JsonNode export(String checkpoint, String form, int status) {
        return post(
                "checkpoints/" + checkpoint + "/export",
                "{\"form\": \"%s\"}".formatted(form),
                status);
    }

    JsonNode until(String path, String status) {
        return api.until(path, status);
    }

    JsonNode get(String path) {
        return api.get(path);
    }

    JsonNode post(String path, String body, int status) {
        return api.post(path, body, status);
    }
}
