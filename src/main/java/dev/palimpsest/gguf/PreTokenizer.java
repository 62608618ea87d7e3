package dev.palimpsest.gguf;

import dev.palimpsest.model.UnsupportedModel;
import dev.palimpsest.spec.Binder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** How text is cut before merging, by the names of tokenizer.ggml.pre. */
enum PreTokenizer {
    SMOLLM(false, false, "smollm"),
    LLAMA_3(false, true, "llama-bpe"),
    /** Llama 3's cuts, but a word that is a token is still merged from its parts. */
    SMAUG(false, false, "smaug-bpe"),
    QWEN2(true, false, "qwen2"),
    GPT_2(false, false, "gpt-2"),
    DEFAULT(false, false, "default");

    private final String ggml;
    private final boolean composed;
    private final boolean wholeWords;

    /** Regular expressions as the models' own tokenizer.json and llama.cpp have them. */
    private static final class Patterns {
        static final String GPT_2 =
                "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)";

        static String words(String digits) {
            return "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}"
                    + digits
                    + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
        }
    }

    PreTokenizer(boolean composed, boolean wholeWords, String ggml) {
        this.composed = composed;
        this.wholeWords = wholeWords;
        this.ggml = ggml;
    }

    static PreTokenizer named(String name) {
        return switch (name) {
            case "smollm" -> SMOLLM;
            case "llama-bpe", "llama3", "llama-v3" -> LLAMA_3;
            case "smaug-bpe" -> SMAUG;
            case "qwen2", "deepseek-r1-qwen" -> QWEN2;
            case "gpt-2" -> GPT_2;
            case "default" -> DEFAULT;
            default ->
                    throw new UnsupportedModel(
                            "tokenizer.ggml.pre is '%s'; supported are %s"
                                    .formatted(name, known()));
        };
    }

    /** The one whose cuts a tokenizer.json describes. */
    static Optional<PreTokenizer> of(JsonNode tokenizer) {
        JsonNode found = withoutOffsets(tokenizer.path("pre_tokenizer"));
        boolean composed = tokenizer.path("normalizer").path("type").asString("").equals("NFC");
        if (!composed && tokenizer.path("normalizer").isObject()) return Optional.empty();
        boolean wholeWords = tokenizer.path("model").path("ignore_merges").asBoolean(false);
        return Arrays.stream(values())
                .filter(pre -> pre.composed == composed && pre.wholeWords == wholeWords)
                .filter(pre -> withoutOffsets(pre.json()).equals(found))
                .findFirst();
    }

    static String known() {
        return Arrays.stream(values()).map(PreTokenizer::ggml).collect(Collectors.joining(", "));
    }

    String ggml() {
        return ggml;
    }

    /** Text is brought into Unicode's composed form first. */
    boolean composed() {
        return composed;
    }

    /** A word that is a token is that token, whatever the merges say. */
    boolean wholeWords() {
        return wholeWords;
    }

    /** What llama.cpp does where a file does not say. */
    boolean beginsText() {
        return this == LLAMA_3;
    }

    /** tokenizer.json's pre_tokenizer. */
    ObjectNode json() {
        return switch (this) {
            case SMOLLM -> sequence(digits(), byteLevel(true));
            case LLAMA_3, SMAUG -> sequence(split(Patterns.words("{1,3}")), byteLevel(false));
            case QWEN2 -> sequence(split(Patterns.words("")), byteLevel(false));
            case GPT_2 -> byteLevel(true);
            case DEFAULT ->
                    sequence(
                            split("[\\p{P}\\$\\+<=>\\^~\\|]+"),
                            split(Patterns.GPT_2),
                            split("\\p{N}+"),
                            split("[0-9][0-9][0-9]"),
                            byteLevel(false));
        };
    }

    private static ObjectNode sequence(ObjectNode... steps) {
        ObjectNode sequence = Binder.JSON.createObjectNode().put("type", "Sequence");
        sequence.putArray("pretokenizers").addAll(List.of(steps));
        return sequence;
    }

    private static ObjectNode digits() {
        return Binder.JSON.createObjectNode().put("type", "Digits").put("individual_digits", true);
    }

    private static ObjectNode byteLevel(boolean cuts) {
        return Binder.JSON
                .createObjectNode()
                .put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", true)
                .put("use_regex", cuts);
    }

    private static ObjectNode split(String pattern) {
        ObjectNode split = Binder.JSON.createObjectNode().put("type", "Split");
        split.putObject("pattern").put("Regex", pattern);
        return split.put("behavior", "Isolated").put("invert", false);
    }

    /** Offsets change no id. */
    private static JsonNode withoutOffsets(JsonNode step) {
        JsonNode copy = step.deepCopy();
        if (copy instanceof ObjectNode object) object.remove("trim_offsets");
        for (JsonNode inner : copy.path("pretokenizers"))
            if (inner instanceof ObjectNode object) object.remove("trim_offsets");
        return copy;
    }
}
