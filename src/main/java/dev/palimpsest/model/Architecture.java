package dev.palimpsest.model;

import dev.palimpsest.spec.Binder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** A Llama decoder's sizes, as config.json of transformers 4 and 5 gives them. */
public record Architecture(
        int vocabulary,
        int hidden,
        int layers,
        int heads,
        int keyValueHeads,
        int headSize,
        int intermediate,
        double ropeTheta,
        double epsilon,
        boolean tied,
        int longest) {

    /** Reads a model directory's config.json. */
    public static Architecture of(Path directory) throws IOException {
        Path config = directory.resolve("config.json");
        if (!Files.isRegularFile(config))
            throw new UnsupportedModel("there is no config.json in " + directory.getFileName());
        try {
            return of(Binder.JSON.readTree(Files.readString(config)));
        } catch (JacksonException | java.nio.charset.CharacterCodingException broken) {
            throw new UnsupportedModel("config.json is not valid JSON");
        }
    }

    /** Reads the JSON of a config.json, or says everything in it that this engine cannot run. */
    public static Architecture of(JsonNode config) {
        List<String> problems = new ArrayList<>();
        String type = config.path("model_type").asString("");
        if (!type.equals("llama"))
            throw new UnsupportedModel(
                    "config.json describes a model of type '%s'; supported is llama"
                            .formatted(type));
        refuse(problems, config, "attention_bias");
        refuse(problems, config, "mlp_bias");
        String activation = config.path("hidden_act").asString("silu");
        if (!activation.equals("silu"))
            problems.add("hidden_act is '" + activation + "', supported is silu");
        int hidden = positive(problems, config, "hidden_size");
        int heads = positive(problems, config, "num_attention_heads");
        int keyValueHeads =
                config.path("num_key_value_heads").isNumber()
                        ? positive(problems, config, "num_key_value_heads")
                        : heads;
        int headSize =
                config.path("head_dim").isNumber()
                        ? positive(problems, config, "head_dim")
                        : hidden / Math.max(1, heads);
        if (keyValueHeads > 0 && heads % keyValueHeads != 0)
            problems.add("num_attention_heads is not a multiple of num_key_value_heads");
        if (headSize % 2 != 0) problems.add("the head size must be even, got " + headSize);
        Architecture architecture =
                new Architecture(
                        positive(problems, config, "vocab_size"),
                        hidden,
                        positive(problems, config, "num_hidden_layers"),
                        heads,
                        keyValueHeads,
                        headSize,
                        positive(problems, config, "intermediate_size"),
                        ropeTheta(problems, config),
                        config.path("rms_norm_eps").asDouble(1e-6),
                        config.path("tie_word_embeddings").asBoolean(false),
                        config.path("max_position_embeddings").asInt(2048));
        if (!problems.isEmpty())
            throw new UnsupportedModel("config.json: " + String.join("; ", problems));
        return architecture;
    }

    /**
     * Every weight's name in a Hugging Face checkpoint and its shape, in the order of the forward
     * pass.
     */
    public Map<String, List<Long>> shapes() {
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        shapes.put("model.embed_tokens.weight", sizes(vocabulary, hidden));
        for (int layer = 0; layer < layers; layer++) {
            String block = "model.layers." + layer + ".";
            int queries = heads * headSize;
            int keys = keyValueHeads * headSize;
            shapes.put(block + "input_layernorm.weight", sizes(hidden));
            shapes.put(block + "self_attn.q_proj.weight", sizes(queries, hidden));
            shapes.put(block + "self_attn.k_proj.weight", sizes(keys, hidden));
            shapes.put(block + "self_attn.v_proj.weight", sizes(keys, hidden));
            shapes.put(block + "self_attn.o_proj.weight", sizes(hidden, queries));
            shapes.put(block + "post_attention_layernorm.weight", sizes(hidden));
            shapes.put(block + "mlp.gate_proj.weight", sizes(intermediate, hidden));
            shapes.put(block + "mlp.up_proj.weight", sizes(intermediate, hidden));
            shapes.put(block + "mlp.down_proj.weight", sizes(hidden, intermediate));
        }
        shapes.put("model.norm.weight", sizes(hidden));
        if (!tied) shapes.put("lm_head.weight", sizes(vocabulary, hidden));
        return shapes;
    }

    /** What the kernels in {@code decoder.py} read as constants. */
    Map<String, Object> constants(double adapterScale, boolean full) {
        // about 50 MB of logits at a time
        int rowsAtOnce = Math.clamp(12_000_000 / vocabulary, 32, 4096);
        return Map.of(
                "heads", heads,
                "kv_heads", keyValueHeads,
                "head", headSize,
                "epsilon", epsilon,
                "attention_scale", 1 / Math.sqrt(headSize),
                "scale", adapterScale,
                "chunk", rowsAtOnce,
                "full", full);
    }

    private static List<Long> sizes(long... sizes) {
        return Arrays.stream(sizes).boxed().toList();
    }

    private static double ropeTheta(List<String> problems, JsonNode config) {
        JsonNode parameters = config.path("rope_parameters");
        JsonNode scaling = config.path("rope_scaling");
        String kind =
                parameters
                        .path("rope_type")
                        .asString(
                                scaling.path("rope_type")
                                        .asString(scaling.path("type").asString("default")));
        if (!kind.equals("default"))
            problems.add("rope scaling '" + kind + "' is not supported; supported is default");
        return parameters.path("rope_theta").asDouble(config.path("rope_theta").asDouble(10_000));
    }

    private static void refuse(List<String> problems, JsonNode config, String flag) {
        if (config.path(flag).asBoolean(false)) problems.add(flag + " is not supported");
    }

    private static int positive(List<String> problems, JsonNode config, String field) {
        JsonNode value = config.path(field);
        if (value.isIntegralNumber() && value.canConvertToInt() && value.intValue() > 0)
            return value.intValue();
        problems.add(field + " must be a whole number above 0");
        return 0;
    }
}
