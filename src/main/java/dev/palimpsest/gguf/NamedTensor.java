package dev.palimpsest.gguf;

import dev.palimpsest.model.Architecture;
import java.util.List;
import java.util.Map;

/**
 * A weight's names in both formats.
 *
 * @param interleaved whether GGUF has its rows in the other order
 */
record NamedTensor(String gguf, String huggingFace, List<Long> shape, boolean interleaved) {
    static final String EMBEDDING = "token_embd.weight";
    static final String HEAD = "output.weight";

    private static final String BLOCK = "model.layers.";

    private static final Map<String, String> OUTSIDE =
            Map.of(
                    "model.embed_tokens.weight", EMBEDDING,
                    "model.norm.weight", "output_norm.weight",
                    "lm_head.weight", HEAD);

    private static final Map<String, String> IN_A_BLOCK =
            Map.ofEntries(
                    Map.entry("input_layernorm", "attn_norm"),
                    Map.entry("self_attn.q_proj", "attn_q"),
                    Map.entry("self_attn.k_proj", "attn_k"),
                    Map.entry("self_attn.v_proj", "attn_v"),
                    Map.entry("self_attn.q_norm", "attn_q_norm"),
                    Map.entry("self_attn.k_norm", "attn_k_norm"),
                    Map.entry("self_attn.o_proj", "attn_output"),
                    Map.entry("post_attention_layernorm", "ffn_norm"),
                    Map.entry("mlp.gate_proj", "ffn_gate"),
                    Map.entry("mlp.up_proj", "ffn_up"),
                    Map.entry("mlp.down_proj", "ffn_down"));

    /** All weights of a decoder in the order of the forward pass. */
    static List<NamedTensor> of(Architecture architecture) {
        boolean interleaved = Family.of(architecture).interleaved();
        return architecture.shapes().entrySet().stream()
                .map(
                        weight ->
                                new NamedTensor(
                                        stored(weight.getKey()),
                                        weight.getKey(),
                                        weight.getValue(),
                                        interleaved
                                                && weight.getKey()
                                                        .matches(".*\\.[qk]_proj\\.weight")))
                .toList();
    }

    private static String stored(String name) {
        if (!name.startsWith(BLOCK)) return named(OUTSIDE, name);
        int layerEnds = name.indexOf('.', BLOCK.length());
        int kind = name.lastIndexOf('.'); // weight or bias
        return "blk.%s.%s%s"
                .formatted(
                        name.substring(BLOCK.length(), layerEnds),
                        named(IN_A_BLOCK, name.substring(layerEnds + 1, kind)),
                        name.substring(kind));
    }

    private static String named(Map<String, String> names, String name) {
        String stored = names.get(name);
        if (stored == null) throw new IllegalStateException("GGUF has no name for " + name);
        return stored;
    }
}
