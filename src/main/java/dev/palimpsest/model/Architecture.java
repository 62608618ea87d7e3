package dev.palimpsest.model;

import dev.palimpsest.spec.Binder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * A decoder's sizes and variations, as config.json of transformers 4 and 5 gives them.
 *
 * @param attentionBias which of q, k, v and o add a bias
 * @param headNorms whether q and k are normalised head by head (Qwen3)
 * @param window how many tokens back attention looks, itself included; 0 is all
 */
public record Architecture(
        int vocabulary,
        int hidden,
        int layers,
        int heads,
        int keyValueHeads,
        int headSize,
        int intermediate,
        Rotary rotary,
        double epsilon,
        boolean tied,
        int longest,
        AttentionBias attentionBias,
        boolean headNorms,
        int window) {

    /**
     * How many queries of a document attend together; they skip the keys after the last of them.
     */
    static final int QUERIES_AT_ONCE = 128;

    /** Matrix products of fewer rows are slower; those of more are not faster (src/bench). */
    private static final long FEWEST_TOKENS = 512;

    private static final long NUMBERS_KEPT = 40_000_000;

    /** Biases of the attention's projections. */
    public enum AttentionBias {
        NONE,
        QKV,
        QKVO
    }

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
        return new ModelConfig(config).architecture();
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
            blockShapes().forEach((name, shape) -> shapes.put(block + name, shape));
        }
        shapes.put("model.norm.weight", sizes(hidden));
        if (!tied) shapes.put("lm_head.weight", sizes(vocabulary, hidden));
        return shapes;
    }

    public long parameters() {
        return parameters(shapes());
    }

    long parametersOfBlock() {
        return parameters(blockShapes());
    }

    private static long parameters(Map<String, List<Long>> shapes) {
        return shapes.values().stream()
                .mapToLong(shape -> shape.stream().reduce(1L, (a, b) -> a * b))
                .sum();
    }

    private Map<String, List<Long>> blockShapes() {
        int queries = heads * headSize;
        int keys = keyValueHeads * headSize;
        boolean qkv = attentionBias != AttentionBias.NONE;
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        shapes.put("input_layernorm.weight", sizes(hidden));
        projection(shapes, "self_attn.q_proj", queries, hidden, qkv);
        projection(shapes, "self_attn.k_proj", keys, hidden, qkv);
        projection(shapes, "self_attn.v_proj", keys, hidden, qkv);
        if (headNorms) {
            shapes.put("self_attn.q_norm.weight", sizes(headSize));
            shapes.put("self_attn.k_norm.weight", sizes(headSize));
        }
        projection(
                shapes, "self_attn.o_proj", hidden, queries, attentionBias == AttentionBias.QKVO);
        shapes.put("post_attention_layernorm.weight", sizes(hidden));
        projection(shapes, "mlp.gate_proj", intermediate, hidden, false);
        projection(shapes, "mlp.up_proj", intermediate, hidden, false);
        projection(shapes, "mlp.down_proj", hidden, intermediate, false);
        return shapes;
    }

    private static void projection(
            Map<String, List<Long>> shapes, String name, int out, int in, boolean bias) {
        shapes.put(name + ".weight", sizes(out, in));
        if (bias) shapes.put(name + ".bias", sizes(out));
    }

    /** What the kernels in {@code decoder.py} read as constants. */
    Map<String, Object> constants(double adapterScale, boolean dora, boolean full) {
        return Map.ofEntries(
                Map.entry("heads", heads),
                Map.entry("kv_heads", keyValueHeads),
                Map.entry("head", headSize),
                Map.entry("epsilon", epsilon),
                Map.entry("attention_scale", 1 / Math.sqrt(headSize)),
                Map.entry("block_rows", QUERIES_AT_ONCE),
                Map.entry("window", window),
                Map.entry("scale", adapterScale),
                Map.entry("dora", dora),
                Map.entry("chunk", logitsAtOnce()),
                Map.entry("full", full));
    }

    /** Of how many tokens there are logits at a time: about 50 MB. */
    int logitsAtOnce() {
        return Math.clamp(12_000_000 / vocabulary, 32, 4096);
    }

    /** How many tokens one backward pass should have at most: more are no faster, but larger. */
    long tokensAtOnce(boolean activationCheckpointing) {
        long kept =
                activationCheckpointing
                        ? (long) layers * hidden + keptByBlock()
                        : layers * keptByBlock();
        return Math.max(FEWEST_TOKENS, NUMBERS_KEPT / kept);
    }

    /** Numbers of a token that a block's forward pass keeps for its backward pass. */
    long keptByBlock() {
        long queries = (long) heads * headSize;
        return 2L * hidden + 2 * queries + 2L * keyValueHeads * headSize + 2L * intermediate;
    }

    private static List<Long> sizes(long... sizes) {
        return Arrays.stream(sizes).boxed().toList();
    }
}
