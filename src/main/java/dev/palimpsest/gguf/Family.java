package dev.palimpsest.gguf;

import dev.palimpsest.model.UnsupportedModel;
import java.util.Arrays;

/** The architectures that both formats know, and how they differ. */
enum Family {
    /** Rows of q and k are stored with the two halves of a head interleaved. */
    LLAMA("llama", "LlamaForCausalLM", true, false, false),
    QWEN2("qwen2", "Qwen2ForCausalLM", false, true, false),
    QWEN3("qwen3", "Qwen3ForCausalLM", false, false, true);

    private final String key;
    private final String className;
    private final boolean interleaved;
    private final boolean biased;
    private final boolean normed;

    Family(String key, String className, boolean interleaved, boolean biased, boolean normed) {
        this.key = key;
        this.className = className;
        this.interleaved = interleaved;
        this.biased = biased;
        this.normed = normed;
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

    /** By config.json's model_type; GGUF calls Mistral llama. */
    static Family ofModelType(String type) {
        return Arrays.stream(values())
                .filter(family -> family.key.equals(type.equals("mistral") ? "llama" : type))
                .findFirst()
                .orElseThrow(
                        () ->
                                new UnsupportedModel(
                                        "a model of type '%s' cannot be written as GGUF; supported are llama, mistral, qwen2, qwen3"
                                                .formatted(type)));
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

    /** q, k and v have biases. */
    boolean biased() {
        return biased;
    }

    /** q and k are normed, head by head. */
    boolean normed() {
        return normed;
    }
}
