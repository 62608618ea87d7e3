package dev.palimpsest.gguf;

import dev.palimpsest.model.Rotary;
import dev.palimpsest.model.UnsupportedModel;
import dev.palimpsest.spec.Binder;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** Reads a config.json out of a GGUF file, and refuses every key whose meaning is not known. */
final class StoredConfig {
    static final String ROPE_DIVISORS = "rope_freqs.weight";

    private static final Set<String> KNOWN =
            Set.of(
                    "context_length",
                    "embedding_length",
                    "block_count",
                    "feed_forward_length",
                    "attention.head_count",
                    "attention.head_count_kv",
                    "attention.key_length",
                    "attention.value_length",
                    "attention.layer_norm_rms_epsilon",
                    "attention.sliding_window",
                    "rope.freq_base",
                    "rope.dimension_count",
                    "rope.scaling.type",
                    "rope.scaling.factor",
                    "rope.scaling.original_context_length",
                    "rope.scaling.finetuned",
                    "rope.scale_linear",
                    "vocab_size",
                    "expert_count",
                    "expert_used_count",
                    "tensor_data_layout");

    private final GgufFile file;
    private final Metadata metadata;
    private final Family family;

    StoredConfig(GgufFile file) {
        this.file = file;
        this.metadata = file.metadata();
        this.family = Family.ofGguf(metadata.text("general.architecture"));
    }

    /** config.json as transformers 4 writes it and 5 still reads it. */
    ObjectNode read() throws IOException {
        if (metadata.optionalWhole("split.count").orElse(1) > 1)
            throw new UnsupportedModel(
                    "the GGUF file is one of %d parts (split.count); join them with llama-gguf-split --merge"
                            .formatted(metadata.whole("split.count")));
        refuseUnknown();
        int hidden = whole("embedding_length");
        int heads = whole("attention.head_count");
        int headSize = headSize(hidden, heads);
        double theta = real("rope.freq_base", 10_000);
        int longest = whole("context_length");
        refuseWindow(longest);
        ObjectNode config = Binder.JSON.createObjectNode();
        config.putArray("architectures").add(family.className());
        config.put("model_type", family.key())
                .put("hidden_act", "silu")
                .put("hidden_size", hidden)
                .put("num_hidden_layers", whole("block_count"))
                .put("num_attention_heads", heads)
                .put("num_key_value_heads", optional("attention.head_count_kv", heads))
                .put("head_dim", headSize)
                .put("intermediate_size", whole("feed_forward_length"))
                .put("vocab_size", vocabulary())
                .put("max_position_embeddings", longest)
                .put("rms_norm_eps", metadata.real(key("attention.layer_norm_rms_epsilon")))
                .put("rope_theta", theta)
                .put("tie_word_embeddings", !file.tensors().containsKey(NamedTensor.HEAD))
                .put("torch_dtype", "float32");
        if (family != Family.QWEN2) config.put("attention_bias", false);
        if (family == Family.LLAMA) config.put("mlp_bias", false);
        else config.put("use_sliding_window", false);
        switch (rotary(theta, headSize)) {
            case Rotary.Unscaled _ -> config.putNull("rope_scaling");
            case Rotary.Linear(_, double factor) ->
                    config.putObject("rope_scaling")
                            .put("rope_type", "linear")
                            .put("factor", factor);
            case Rotary.Llama3(_, double factor, double low, double high, int original) ->
                    config.putObject("rope_scaling")
                            .put("rope_type", "llama3")
                            .put("factor", factor)
                            .put("low_freq_factor", low)
                            .put("high_freq_factor", high)
                            .put("original_max_position_embeddings", original);
        }
        return config;
    }

    private void refuseUnknown() {
        List<String> unknown =
                metadata.values().keySet().stream()
                        .filter(key -> key.startsWith(key("")))
                        .filter(key -> !KNOWN.contains(key.substring(key("").length())))
                        .sorted()
                        .toList();
        if (!unknown.isEmpty())
            throw new UnsupportedModel(
                    "the GGUF file sets %s, which this import does not know; leaving it out could change the model"
                            .formatted(String.join(", ", unknown)));
        if (optional("expert_count", 0) > 0)
            throw new UnsupportedModel(
                    key("expert_count") + " is above 0; mixtures of experts are not supported");
    }

    private int headSize(int hidden, int heads) {
        int headSize = optional("attention.key_length", hidden / Math.max(1, heads));
        for (String same : List.of("attention.value_length", "rope.dimension_count"))
            if (optional(same, headSize) != headSize)
                throw new UnsupportedModel(
                        "%s is %d in the GGUF file; only %d, the size of a head, is supported"
                                .formatted(key(same), whole(same), headSize));
        return headSize;
    }

    private void refuseWindow(int longest) {
        int window = optional("attention.sliding_window", 0);
        if (window > 0 && window < longest)
            throw new UnsupportedModel(
                    "%s is %d in the GGUF file; sliding windows are not supported"
                            .formatted(key("attention.sliding_window"), window));
    }

    /** The embedding's rows, which is what ids may go up to. */
    private int vocabulary() {
        TensorInfo embedding = file.tensors().get(NamedTensor.EMBEDDING);
        if (embedding == null)
            throw new UnsupportedModel("the GGUF file has no tensor " + NamedTensor.EMBEDDING);
        return (int) Math.min(Integer.MAX_VALUE, embedding.shape().getFirst());
    }

    /** A factor without a type is linear, as llama.cpp reads it. */
    private Rotary rotary(double theta, int headSize) throws IOException {
        String type = metadata.optionalText(key("rope.scaling.type")).orElse("linear");
        TensorInfo divisors = file.tensors().get(ROPE_DIVISORS);
        double factor =
                type.equals("none") ? 1 : real("rope.scaling.factor", real("rope.scale_linear", 1));
        if (!(type.equals("none") || type.equals("linear"))
                || factor <= 0
                || (divisors != null && factor != 1))
            throw new UnsupportedModel(
                    "rope scaling '%s' by %s in the GGUF file is not supported%s; supported are none, linear and Llama 3's"
                            .formatted(
                                    type,
                                    factor,
                                    divisors == null ? "" : " beside " + ROPE_DIVISORS));
        if (divisors != null) return llama3(divisors, theta, headSize);
        return factor == 1 ? new Rotary.Unscaled(theta) : new Rotary.Linear(theta, factor);
    }

    private Rotary llama3(TensorInfo divisors, double theta, int headSize) throws IOException {
        if (!divisors.shape().equals(List.of(headSize / 2L)))
            throw new UnsupportedModel(
                    "%s in the GGUF file has the shape %s, not [%d]"
                            .formatted(ROPE_DIVISORS, divisors.shape(), headSize / 2));
        try (Matrix matrix = Matrix.of(file, divisors)) {
            return RopeDivisors.scaling(matrix.rows(0, 1).clone(), theta, headSize);
        }
    }

    private String key(String name) {
        return family.key() + "." + name;
    }

    private int whole(String name) {
        return metadata.whole(key(name));
    }

    private int optional(String name, int otherwise) {
        return metadata.optionalWhole(key(name)).orElse(otherwise);
    }

    private double real(String name, double otherwise) {
        return metadata.find(key(name)).isPresent() ? metadata.real(key(name)) : otherwise;
    }
}
