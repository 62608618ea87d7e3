package dev.palimpsest.gguf;

import dev.palimpsest.model.UnsupportedModel;
import dev.palimpsest.spec.Binder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A decoder's sizes and constants, which both formats give under names of their own. */
record DecoderShape(
        Family family,
        int hidden,
        int layers,
        int heads,
        int keyValueHeads,
        int headSize,
        int intermediate,
        int vocabulary,
        int longest,
        double theta,
        double epsilon,
        boolean tied,
        RopeScaling scaling) {
    private static final int WIDEST = 1 << 20;

    DecoderShape {
        limit("the hidden size", hidden, WIDEST);
        limit("the number of layers", layers, 1 << 12);
        limit("the number of heads", heads, 1 << 12);
        limit("the number of key and value heads", keyValueHeads, heads);
        limit("the head size", headSize, 1 << 12);
        limit("the feed-forward size", intermediate, WIDEST);
        limit("the vocabulary", vocabulary, 1 << 24);
        limit("the context length", longest, Integer.MAX_VALUE);
        if (heads % keyValueHeads != 0)
            throw new UnsupportedModel(
                    "%d heads are no multiple of %d key and value heads"
                            .formatted(heads, keyValueHeads));
        if (headSize % 2 != 0)
            throw new UnsupportedModel("the head size must be even, got " + headSize);
        if (!(theta > 0) || !(epsilon > 0))
            throw new UnsupportedModel("rope's base and the norms' epsilon must be above 0");
    }

    private static void limit(String what, int value, int most) {
        if (value < 1 || value > most)
            throw new UnsupportedModel(
                    "%s must be from 1 to %,d, got %d".formatted(what, most, value));
    }

    /** From a model directory's config.json; what GGUF has no place for is refused. */
    static DecoderShape of(JsonNode config) {
        Family family = Family.ofModelType(config.path("model_type").asString(""));
        refuseWindow(config);
        for (String flag : new String[] {"attention_bias", "mlp_bias"})
            if (config.path(flag).asBoolean(false))
                throw new UnsupportedModel(flag + " cannot be written as GGUF");
        int hidden = whole(config, "hidden_size");
        int heads = whole(config, "num_attention_heads");
        JsonNode rope = config.path("rope_parameters");
        return new DecoderShape(
                family,
                hidden,
                whole(config, "num_hidden_layers"),
                heads,
                config.path("num_key_value_heads").isNumber()
                        ? whole(config, "num_key_value_heads")
                        : heads,
                config.path("head_dim").isNumber() ? whole(config, "head_dim") : hidden / heads,
                whole(config, "intermediate_size"),
                whole(config, "vocab_size"),
                whole(config, "max_position_embeddings"),
                rope.path("rope_theta").asDouble(config.path("rope_theta").asDouble(10_000)),
                config.path("rms_norm_eps").asDouble(1e-6),
                config.path("tie_word_embeddings").asBoolean(false),
                RopeScaling.of(config));
    }

    /** A window shorter than the context would change what the model computes. */
    private static void refuseWindow(JsonNode config) {
        int window = config.path("sliding_window").asInt(0);
        if (window > 0
                && window < config.path("max_position_embeddings").asInt(0)
                && config.path("use_sliding_window").asBoolean(true))
            throw new UnsupportedModel(
                    "a sliding window of %d cannot be written as GGUF".formatted(window));
    }

    private static int whole(JsonNode config, String field) {
        JsonNode value = config.path(field);
        if (value.isIntegralNumber() && value.canConvertToInt() && value.intValue() > 0)
            return value.intValue();
        throw new UnsupportedModel("config.json: " + field + " must be a whole number above 0");
    }

    /** config.json as transformers 4 writes it and 5 still reads it. */
    ObjectNode config() {
        ObjectNode config = Binder.JSON.createObjectNode();
        config.putArray("architectures").add(family.className());
        config.put("model_type", family.key())
                .put("hidden_act", "silu")
                .put("hidden_size", hidden)
                .put("num_hidden_layers", layers)
                .put("num_attention_heads", heads)
                .put("num_key_value_heads", keyValueHeads)
                .put("head_dim", headSize)
                .put("intermediate_size", intermediate)
                .put("vocab_size", vocabulary)
                .put("max_position_embeddings", longest)
                .put("rms_norm_eps", epsilon)
                .put("rope_theta", theta)
                .put("tie_word_embeddings", tied)
                .put("torch_dtype", "float32");
        if (family != Family.QWEN2) config.put("attention_bias", false);
        if (family == Family.LLAMA) config.put("mlp_bias", false);
        else config.put("use_sliding_window", false);
        switch (scaling) {
            case RopeScaling.None() -> config.putNull("rope_scaling");
            case RopeScaling.Linear(double factor) ->
                    config.putObject("rope_scaling")
                            .put("rope_type", "linear")
                            .put("factor", factor);
            case RopeScaling.Llama3(double factor, double low, double high, long original) ->
                    config.putObject("rope_scaling")
                            .put("rope_type", "llama3")
                            .put("factor", factor)
                            .put("low_freq_factor", low)
                            .put("high_freq_factor", high)
                            .put("original_max_position_embeddings", original);
        }
        return config;
    }
}
