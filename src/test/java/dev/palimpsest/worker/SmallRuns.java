package dev.palimpsest.worker;

import dev.palimpsest.Api;
import dev.palimpsest.RunningService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;

/** Runs of an untrained tiny model on a running service, and all that they leave behind. */
public record SmallRuns(Api api, String experiment) {
    private static final String MODEL =
            """
            {"name": "tiny", "source": {"type": "random", "seed": 1, "config": {
                "model_type": "llama", "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2,
                "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 4096,
                "max_position_embeddings": 512, "rms_norm_eps": 1e-5, "rope_theta": 10000.0,
                "tie_word_embeddings": true, "hidden_act": "silu"}}}
            """;

    private static final String EXPERIMENT =
            """
            {"name": "small", "base_model": "tiny",
             "learning_tasks": ["gsm8k_perplexity"], "forgetting_tasks": ["definitions_choice"]}
            """;

    public static SmallRuns on(RunningService service) {
        Api api = new Api(service.client());
        api.post("models", MODEL, 202);
        api.until("models/tiny", "ready");
        return new SmallRuns(api, api.post("experiments", EXPERIMENT, 201).get("id").stringValue());
    }

    /** The same runs, served by another process. */
    public SmallRuns servedBy(RunningService service) {
        return new SmallRuns(new Api(service.client()), experiment);
    }

    public String submitted(String spec) {
        return api.post("jobs", spec.formatted(experiment), 202).get("id").stringValue();
    }

    public JsonNode job(String id) {
        return api.get("jobs/" + id);
    }

    public JsonNode until(String job, String status) {
        return api.until("jobs/" + job, status);
    }

    void move(String job, String verb) {
        api.post("jobs/" + job + "/" + verb, "", 202);
    }

    public void reaches(String job, long step) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> job(job).at("/progress/step").longValue() >= step);
    }

    public List<String> outcomes(String job) {
        List<String> outcomes = new ArrayList<>();
        for (JsonNode attempt : job(job).get("attempts"))
            outcomes.add(attempt.get("outcome").stringValue());
        return outcomes;
    }

    /** Steps of the checkpoints from which training can go on. */
    List<Long> resumable(String job) {
        return api.get("jobs/" + job + "/checkpoints")
                .get("data")
                .valueStream()
                .filter(checkpoint -> checkpoint.get("resumable").booleanValue())
                .map(checkpoint -> checkpoint.get("step").longValue())
                .toList();
    }

    List<String> scores(String job) {
        return api.get("jobs/" + job + "/evaluations")
                .get("data")
                .valueStream()
                .map(s -> s.get("step") + " " + s.get("task") + " " + s.get("metrics"))
                .toList();
    }

    /** All that was measured and made, to the last digit; what measures time is left out. */
    public List<String> traces(String job) {
        List<String> traces = new ArrayList<>();
        for (JsonNode series : api.get("jobs/" + job + "/metrics").get("data")) {
            String key = series.get("key").stringValue();
            if (key.equals("train/tokens_per_second")) continue;
            for (JsonNode point : series.get("points"))
                traces.add(key + " " + point.get("step") + " " + point.get("value"));
        }
        traces.addAll(scores(job));
        JsonNode checkpoints = api.get("jobs/" + job + "/checkpoints").get("data");
        JsonNode last = checkpoints.get(checkpoints.size() - 1);
        for (JsonNode file : last.get("files"))
            traces.add(last.get("step") + " " + file.get("path") + " " + file.get("sha256"));
        return traces;
    }
}
