package dev.palimpsest.model;

import dev.palimpsest.model.Architecture.AttentionBias;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Reads a config.json in the spelling of transformers 4 ({@code rope_theta}, {@code rope_scaling})
 * or 5 ({@code rope_parameters}); whatever changes the model and is not supported is refused by
 * name, never ignored.
 */
final class ModelConfig {
    private static final Set<String> FAMILIES = Set.of("llama", "mistral", "qwen2", "qwen3");

    /** Fields that would change the result, with the only value that leaves it as it is. */
    private static final Map<String, String> ONLY =
            Map.of(
                    "hidden_act", "silu",
                    "mlp_bias", "false",
                    "partial_rotary_factor", "1.0",
                    "embedding_multiplier", "1.0",
                    "residual_multiplier", "1.0",
                    "logits_scaling", "1.0",
                    "rope_interleaved", "false",
                    "add_cross_attention", "false",
                    "is_encoder_decoder", "false");

    /** Fields of models that this engine is not: their presence alone is a refusal. */
    private static final List<String> NEVER =
            List.of(
                    "quantization_config",
                    "attn_logit_softcapping",
                    "final_logit_softcapping",
                    "attention_multiplier",
                    "query_pre_attn_scalar",
                    "num_experts",
                    "num_local_experts",
                    "no_rope_layers",
                    "vision_config");

    /** Bounds far above any model that one machine can train. */
    private static final Map<String, Integer> MOST =
            Map.of(
                    "num_hidden_layers", 1_000,
                    "hidden_size", 1 << 20,
                    "intermediate_size", 1 << 20,
                    "num_attention_heads", 1 << 20,
                    "num_key_value_heads", 1 << 20,
                    "head_dim", 1 << 20,
                    "vocab_size", 1 << 24);

    private final JsonNode config;
    private final String family;
    private final List<String> problems = new ArrayList<>();

    ModelConfig(JsonNode config) {
        this.config = config;
        this.family = config.path("model_type").asString("");
    }

    /** {@link UnsupportedModel} says everything that stands in the way. */
    Architecture architecture() {
        if (!FAMILIES.contains(family))
            throw new UnsupportedModel(
                    "config.json describes a model of type '%s'; supported are %s"
                            .formatted(
                                    family,
                                    String.join(", ", FAMILIES.stream().sorted().toList())));
        refuseWhatIsNotSupported();
        int hidden = positive("hidden_size");
        int heads = positive("num_attention_heads");
        int keyValueHeads = has("num_key_value_heads") ? positive("num_key_value_heads") : heads;
        int headSize =
                has("head_dim")
                        ? positive("head_dim")
                        : family.equals("qwen3") ? 128 : hidden / Math.max(1, heads);
        if (keyValueHeads > 0 && heads % keyValueHeads != 0)
            problems.add("num_attention_heads is not a multiple of num_key_value_heads");
        if (headSize % 2 != 0) problems.add("the head size must be even, got " + headSize);
        Architecture architecture =
                new Architecture(
                        positive("vocab_size"),
                        hidden,
                        positive("num_hidden_layers"),
                        heads,
                        keyValueHeads,
                        headSize,
                        positive("intermediate_size"),
                        rotary(),
                        config.path("rms_norm_eps").asDouble(1e-6),
                        config.path("tie_word_embeddings").asBoolean(false),
                        config.path("max_position_embeddings").asInt(2048),
                        attentionBias(),
                        family.equals("qwen3"),
                        window());
        if (!problems.isEmpty())
            throw new UnsupportedModel("config.json: " + String.join("; ", problems));
        return architecture;
    }

    private void refuseWhatIsNotSupported() {
        ONLY.forEach(
                (field, value) -> {
                    JsonNode given = config.path(field);
                    if (!has(field) || same(given, value)) return;
                    problems.add("%s is %s, supported is %s".formatted(field, given, value));
                });
        for (String field : NEVER) if (has(field)) problems.add(field + " is not supported");
    }

    private static boolean same(JsonNode given, String value) {
        return given.isNumber()
                ? given.asDouble() == Double.parseDouble(value)
                : given.asString("").equals(value);
    }

    private AttentionBias attentionBias() {
        if (family.equals("qwen2")) return AttentionBias.QKV;
        return config.path("attention_bias").asBoolean(false)
                ? AttentionBias.QKVO
                : AttentionBias.NONE;
    }

    /** One window for every layer, or none; a mixture would need a mask a layer. */
    private int window() {
        boolean used =
                has("sliding_window")
                        && (family.equals("mistral")
                                || config.path("use_sliding_window").asBoolean(false));
        List<String> kinds =
                config.path("layer_types").valueStream().map(kind -> kind.asString("")).toList();
        for (String kind : kinds)
            if (!kind.equals("full_attention") && !kind.equals("sliding_attention")) {
                problems.add("layer_types has '%s', which is not supported".formatted(kind));
                return 0;
            }
        boolean mixed = kinds.stream().distinct().count() > 1;
        boolean someFull =
                used && !family.equals("mistral") && config.path("max_window_layers").asInt(28) > 0;
        if (mixed || (kinds.isEmpty() && someFull)) {
            problems.add(
                    "sliding_window applies to some layers only, which is not supported;"
                            + " set use_sliding_window to false to attend to everything");
            return 0;
        }
        boolean full = kinds.contains("full_attention");
        return used && !full ? positive("sliding_window") : 0;
    }

    private Rotary rotary() {
        JsonNode given =
                config.path("rope_parameters").isObject()
                        ? config.path("rope_parameters")
                        : config.path("rope_scaling");
        double theta =
                given.path("rope_theta").asDouble(config.path("rope_theta").asDouble(10_000));
        if (!(theta > 0)) problems.add("rope_theta must be above 0, got " + theta);
        String kind = given.path("rope_type").asString(given.path("type").asString("default"));
        return switch (kind) {
            case "default" -> new Rotary.Unscaled(theta);
            case "linear" -> new Rotary.Linear(theta, ratio(given, "factor"));
            case "llama3" ->
                    new Rotary.Llama3(
                            theta,
                            ratio(given, "factor"),
                            ratio(given, "low_freq_factor"),
                            ratio(given, "high_freq_factor"),
                            originalLength(given));
            case "dynamic" ->
                    refused(
                            theta,
                            "rope scaling 'dynamic' is not supported: its frequencies change with the"
                                    + " length of each text, so that cached keys and packed documents"
                                    + " would be wrong");
            default ->
                    refused(
                            theta,
                            "rope scaling '%s' is not supported; supported are default, linear and llama3"
                                    .formatted(kind));
        };
    }

    private Rotary refused(double theta, String reason) {
        problems.add(reason);
        return new Rotary.Unscaled(theta);
    }

    private double ratio(JsonNode parameters, String field) {
        double value = parameters.path(field).asDouble(0);
        if (value > 0 && Double.isFinite(value)) return value;
        problems.add("rope scaling needs %s, a number above 0".formatted(field));
        return 1;
    }

    private int originalLength(JsonNode parameters) {
        int length = parameters.path("original_max_position_embeddings").asInt(0);
        if (length > 0) return length;
        problems.add("rope scaling needs original_max_position_embeddings, a number above 0");
        return 1;
    }

    private boolean has(String field) {
        return config.hasNonNull(field);
    }

    private int positive(String field) {
        JsonNode value = config.path(field);
        int most = MOST.getOrDefault(field, Integer.MAX_VALUE);
        if (value.isIntegralNumber()
                && value.canConvertToInt()
                && value.intValue() > 0
                && value.intValue() <= most) return value.intValue();
        problems.add(
                value.isIntegralNumber()
                        ? "%s must be between 1 and %d, got %s".formatted(field, most, value)
                        : field + " must be a whole number above 0");
        return 0;
    }
}
