import dev.palimpsest.model.Architecture;
import dev.palimpsest.model.MemoryPlan;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.JobSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One line of the table: what is trained, in which numbers, on how many tokens a step. */
record Configuration(
        String method, String precision, int batch, int sequence, boolean checkpointing, boolean inBackward) {
    static final int VOCABULARY = 49_152;

    /** The shape of SmolLM2-135M. */
    static final String MODEL =
            """
            {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": %d,
             "hidden_size": 576, "intermediate_size": 1536, "num_hidden_layers": 30,
             "num_attention_heads": 9, "num_key_value_heads": 3, "hidden_act": "silu",
             "max_position_embeddings": 2048, "rms_norm_eps": 1e-5, "rope_theta": 100000.0,
             "tie_word_embeddings": true, "initializer_range": 0.02, "eos_token_id": 0}
            """
                    .formatted(VOCABULARY);

    private static final long BLOCK_WEIGHTS = 30L * (2 * 576 * 576 + 2 * 576 * 192 + 3 * 576 * 1536);
    private static final long HEAD_WEIGHTS = 576L * VOCABULARY;
    private static final long ADAPTER_WEIGHTS = 4_884_480;

    private static final Map<String, String> METHODS =
            Map.of(
                    "lora", "{\"type\": \"lora\", \"rank\": 16, \"alpha\": 32}",
                    "full", "{\"type\": \"full\"}");
    private static final Map<String, String> RATES = Map.of("lora", "2e-4", "full", "1e-5");

    /** Every combination that the options name, the slower ones of a kind beside the faster. */
    static List<Configuration> of(Map<String, String> options) {
        List<Configuration> all = new ArrayList<>();
        for (String updates : options.get("updates").split(","))
            for (String checkpointing : options.get("checkpointing").split(","))
                for (String method : options.get("methods").split(","))
                    for (String precision : options.get("precisions").split(","))
                        for (String shape : options.get("shapes").split(",")) {
                            int by = shape.indexOf('x');
                            all.add(
                                    new Configuration(
                                            method, precision,
                                            Integer.parseInt(shape.substring(0, by)),
                                            Integer.parseInt(shape.substring(by + 1)),
                                            checkpointing.equals("yes"),
                                            updates.equals("backward")));
                        }
        all.removeIf(one -> one.inBackward() && !one.method().equals("full"));
        return all;
    }

    /** Updates in the backward pass know no norm of all gradients, neither ours nor PEFT's. */
    double clip() {
        return inBackward ? 0 : 1;
    }

    int tokens() {
        return batch * sequence;
    }

    JobSpec spec(int steps) {
        return Binder.bind(
                """
                {"experiment": "benchmark", "dataset": {"train": "random"}, "regime": "pretraining",
                 "method": %s,
                 "training": {"max_steps": %d, "batch_size": %d, "sequence_length": %d, "learning_rate": %s,
                              "precision": "%s", "activation_checkpointing": %b,
                              "optimizer_in_backward": %b, "gradient_clip": %s}}
                """
                        .formatted(
                                METHODS.get(method), steps, batch, sequence, RATES.get(method), precision, checkpointing,
                                inBackward, clip()),
                JobSpec.class);
    }

    /** The peak that a dry run of the same job tells. */
    double plannedGigabytes() {
        Architecture architecture = Architecture.of(Binder.JSON.readTree(MODEL));
        JobSpec spec = spec(1);
        return MemoryPlan.of(architecture, Float.BYTES, spec.method(), spec.training()).peak() / 1e9;
    }

    /**
     * Floating point operations that a step of this method can't do without, a token: the products
     * of the weights (forward and to the input; full: to the weight too), of the adapters, and the
     * causal half of attention. What checkpointing does twice is counted once.
     */
    double flopPerToken() {
        double weights = BLOCK_WEIGHTS + HEAD_WEIGHTS;
        double attention = 3 * 30 * 2.0 * 2 * 576 * (sequence / 2.0);
        return attention + (method.equals("full") ? 6 * weights : 4 * weights + 6.0 * ADAPTER_WEIGHTS);
    }

    @Override
    public String toString() {
        return "%s %s %dx%d%s%s"
                .formatted(
                        method, precision, batch, sequence,
                        checkpointing ? " checkpointed" : "",
                        inBackward ? ", updated in backward" : "");
    }
}
