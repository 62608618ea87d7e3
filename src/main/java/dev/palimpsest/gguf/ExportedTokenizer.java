package dev.palimpsest.gguf;

import dev.palimpsest.model.UnsupportedModel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** A byte-level BPE tokenizer.json as a GGUF file's metadata. */
final class ExportedTokenizer {
    private static final String KEY = "tokenizer.ggml.";

    private final JsonNode json;
    private final JsonNode settings;
    private final PreTokenizer pre;
    private final List<String> tokens;
    private final List<TokenKind> kinds;

    /**
     * Refuses a tokenizer that GGUF could not say exactly.
     *
     * @param settings of tokenizer_config.json, an empty object where there is none
     */
    ExportedTokenizer(JsonNode json, JsonNode settings, int vocabulary) {
        this.json = json;
        this.settings = settings;
        String type = json.path("model").path("type").asString("");
        if (!type.equals("BPE") || json.path("model").path("byte_fallback").asBoolean(false))
            throw new UnsupportedModel(
                    "tokenizer.json is no byte-level BPE ('%s'), which is all that is written as GGUF"
                            .formatted(type));
        this.pre =
                PreTokenizer.of(json)
                        .orElseThrow(
                                () ->
                                        new UnsupportedModel(
                                                "tokenizer.json cuts text in a way that GGUF has no name for; known are "
                                                        + PreTokenizer.known()));
        this.tokens = new ArrayList<>(Collections.nCopies(vocabulary, ""));
        this.kinds = new ArrayList<>(Collections.nCopies(vocabulary, TokenKind.UNUSED));
        for (Map.Entry<String, JsonNode> token : json.path("model").path("vocab").properties())
            place(token.getValue().asInt(-1), token.getKey(), TokenKind.NORMAL);
        for (JsonNode added : json.path("added_tokens")) place(added);
        for (int id = 0; id < vocabulary; id++)
            if (kinds.get(id) == TokenKind.UNUSED) tokens.set(id, "[PAD" + id + "]");
    }

    private void place(JsonNode added) {
        String text = added.path("content").asString("");
        for (String flag : List.of("lstrip", "rstrip", "single_word"))
            if (added.path(flag).asBoolean(false))
                throw new UnsupportedModel(
                        "the token '%s' of tokenizer.json sets %s, which GGUF has no place for"
                                .formatted(text, flag));
        boolean special = added.path("special").asBoolean(false);
        place(
                added.path("id").asInt(-1),
                text,
                special ? TokenKind.CONTROL : TokenKind.USER_DEFINED);
    }

    private void place(int id, String text, TokenKind kind) {
        if (id < 0 || id >= tokens.size())
            throw new UnsupportedModel(
                    "the token '%s' of tokenizer.json has the id %d, the model has %d"
                            .formatted(text, id, tokens.size()));
        tokens.set(id, text);
        kinds.set(id, kind);
    }

    void write(HeaderWriter header, JsonNode config, Optional<String> chatTemplate) {
        header.text(KEY + "model", "gpt2");
        header.text(KEY + "pre", pre.ggml());
        header.texts(KEY + "tokens", tokens);
        header.wholes(KEY + "token_type", kinds.stream().map(TokenKind::number).toList());
        header.texts(KEY + "merges", merges());
        id(header, "bos_token_id", "bos_token", config.path("bos_token_id"));
        id(header, "eos_token_id", "eos_token", config.path("eos_token_id"));
        id(header, "unknown_token_id", "unk_token", config.path("unk_token_id"));
        id(header, "padding_token_id", "pad_token", config.path("pad_token_id"));
        header.flag(KEY + "add_bos_token", beginsText());
        header.flag(KEY + "add_space_prefix", false);
        chatTemplate.ifPresent(template -> header.text("tokenizer.chat_template", template));
    }

    /** Older files join the two tokens of a merge by a space, newer ones list them. */
    private List<String> merges() {
        List<String> merges = new ArrayList<>();
        for (JsonNode merge : json.path("model").path("merges"))
            merges.add(
                    merge.isArray()
                            ? merge.path(0).asString("") + " " + merge.path(1).asString("")
                            : merge.asString(""));
        return merges;
    }

    /** Whether a special token is put before every text; one after it has no place in GGUF. */
    private boolean beginsText() {
        JsonNode processor = json.path("post_processor");
        List<JsonNode> parts = new ArrayList<>(processor.path("single").values());
        for (JsonNode step : processor.path("processors"))
            parts.addAll(step.path("single").values());
        for (JsonNode part : parts.subList(Math.min(1, parts.size()), parts.size()))
            if (part.has("SpecialToken"))
                throw new UnsupportedModel(
                        "tokenizer.json puts %s inside or after a text, which GGUF has no place for"
                                .formatted(part.path("SpecialToken").path("id")));
        return !parts.isEmpty() && parts.getFirst().has("SpecialToken");
    }

    /** The token that the settings name, else the first id of config.json. */
    private void id(HeaderWriter header, String key, String name, JsonNode configured) {
        JsonNode token = settings.path(name);
        String text = token.isObject() ? token.path("content").asString("") : token.asString("");
        int id = tokens.indexOf(text);
        if (id < 0) id = (configured.isArray() ? configured.path(0) : configured).asInt(-1);
        if (id >= 0 && id < tokens.size()) header.whole(KEY + key, id);
    }
}
