package dev.palimpsest.gguf;

import dev.palimpsest.model.Architecture;
import dev.palimpsest.model.Architecture.AttentionBias;
import dev.palimpsest.model.UnsupportedModel;
import java.util.Arrays;

/** The architectures that both formats know, and how they differ. */
enum Family {
    /** Rows of q and k are stored with the two halves of a head interleaved; Mistral is one too. */
    LLAMA("llama", "LlamaForCausalLM", true),
    QWEN2("qwen2", "Qwen2ForCausalLM", false),
    QWEN3("qwen3", "Qwen3ForCausalLM", false);

    private final String key;
    private final String className;
    private final boolean interleaved;

    Family(String key, String className, boolean interleaved) {
        this.key = key;
        this.className = className;
        this.interleaved = interleaved;
    }

    /** By general.architecture. */
    static Family ofGguf(String architecture) {
        return Arrays.stream(values())
                .filter(family -> family.key.equals(architecture))
                .findFirst()
                .orElseThrow(
                        () ->
                                new UnsupportedModel(
                                        "the GGUF file has the architecture '%s'; supported are llama, qwen2, qwen3"
                                                .formatted(architecture)));
    }

    /** By what a model has; what GGUF has no place for is refused. */
    static Family of(Architecture architecture) {
        int window = architecture.window();
        if (window > 0 && window < architecture.longest())
            throw new UnsupportedModel(
                    "a sliding window of %d cannot be written as GGUF".formatted(window));
        AttentionBias bias = architecture.attentionBias();
        if (bias == AttentionBias.QKVO)
            throw new UnsupportedModel("attention_bias cannot be written as GGUF");
        if (architecture.headNorms()) return QWEN3;
        return bias == AttentionBias.QKV ? QWEN2 : LLAMA;
    }

    String key() {
        return key;
    }

    String className() {
        return className;
    }

    boolean interleaved() {
        return interleaved;
    }
}
