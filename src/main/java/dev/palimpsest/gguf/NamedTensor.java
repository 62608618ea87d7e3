package dev.palimpsest.gguf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A weight's names in both formats.
 *
 * @param interleaved whether GGUF has its rows in the other order
 */
record NamedTensor(String gguf, String huggingFace, List<Long> shape, boolean interleaved) {

    /** All weights of a decoder in the order of the forward pass. */
    static List<NamedTensor> of(DecoderShape shape) {
        List<NamedTensor> tensors = new ArrayList<>();
        long hidden = shape.hidden();
        tensors.add(
                plain(
                        StoredShape.EMBEDDING,
                        "model.embed_tokens.weight",
                        shape.vocabulary(),
                        hidden));
        for (int layer = 0; layer < shape.layers(); layer++) addBlock(tensors, shape, layer);
        tensors.add(plain("output_norm.weight", "model.norm.weight", hidden));
        if (!shape.tied())
            tensors.add(plain(StoredShape.HEAD, "lm_head.weight", shape.vocabulary(), hidden));
        return tensors;
    }

    private static void addBlock(List<NamedTensor> tensors, DecoderShape shape, int layer) {
        Family family = shape.family();
        String gguf = "blk." + layer + ".";
        String block = "model.layers." + layer + ".";
        String attention = block + "self_attn.";
        long hidden = shape.hidden();
        long queries = (long) shape.heads() * shape.headSize();
        long keys = (long) shape.keyValueHeads() * shape.headSize();
        long wide = shape.intermediate();
        tensors.add(plain(gguf + "attn_norm.weight", block + "input_layernorm.weight", hidden));
        for (String letter : List.of("q", "k", "v")) {
            String stored = gguf + "attn_" + letter;
            String named = attention + letter + "_proj";
            long rows = letter.equals("q") ? queries : keys;
            tensors.add(
                    new NamedTensor(
                            stored + ".weight",
                            named + ".weight",
                            List.of(rows, hidden),
                            family.interleaved() && !letter.equals("v")));
            if (family.biased()) tensors.add(plain(stored + ".bias", named + ".bias", rows));
            if (family.normed() && !letter.equals("v"))
                tensors.add(
                        plain(
                                stored + "_norm.weight",
                                attention + letter + "_norm.weight",
                                shape.headSize()));
        }
        tensors.add(
                plain(gguf + "attn_output.weight", attention + "o_proj.weight", hidden, queries));
        tensors.add(
                plain(gguf + "ffn_norm.weight", block + "post_attention_layernorm.weight", hidden));
        tensors.add(plain(gguf + "ffn_gate.weight", block + "mlp.gate_proj.weight", wide, hidden));
        tensors.add(plain(gguf + "ffn_up.weight", block + "mlp.up_proj.weight", wide, hidden));
        tensors.add(plain(gguf + "ffn_down.weight", block + "mlp.down_proj.weight", hidden, wide));
    }

    private static NamedTensor plain(String gguf, String huggingFace, long... shape) {
        return new NamedTensor(gguf, huggingFace, Arrays.stream(shape).boxed().toList(), false);
    }
}
