package dev.palimpsest.gguf;

import dev.palimpsest.model.UnsupportedModel;
import dev.palimpsest.spec.Binder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The byte-level BPE tokenizer that a GGUF file holds, as Hugging Face's files describe it. */
final class StoredTokenizer {
    private static final String KEY = "tokenizer.ggml.";

    private final Metadata metadata;
    private final PreTokenizer pre;
    private final List<String> tokens;
    private final List<TokenKind> kinds;

    private StoredTokenizer(
            Metadata metadata, PreTokenizer pre, List<String> tokens, List<TokenKind> kinds) {
        this.metadata = metadata;
        this.pre = pre;
        this.tokens = tokens;
        this.kinds = kinds;
    }

    static StoredTokenizer of(Metadata metadata, int vocabulary) {
        String model = metadata.text(KEY + "model");
        if (!model.equals("gpt2"))
            throw new UnsupportedModel(
                    "tokenizer.ggml.model is '%s'%s; supported is gpt2, a byte-level BPE"
                            .formatted(
                                    model,
                                    model.equals("llama")
                                            ? ", a SentencePiece tokenizer, whose scores and"
                                                    + " spaces a tokenizer.json cannot repeat"
                                                    + " exactly"
                                            : ""));
        if (metadata.flag(KEY + "add_space_prefix", false))
            throw new UnsupportedModel("tokenizer.ggml.add_space_prefix is not supported");
        List<String> tokens = metadata.texts(KEY + "tokens");
        if (tokens.size() > vocabulary)
            throw new UnsupportedModel(
                    "tokenizer.ggml.tokens has %d tokens, the embedding %d rows"
                            .formatted(tokens.size(), vocabulary));
        return new StoredTokenizer(
                metadata,
                PreTokenizer.named(metadata.text(KEY + "pre")),
                tokens,
                kinds(metadata.scalars(KEY + "token_type"), tokens.size()));
    }

    private static List<TokenKind> kinds(GgufValue.Scalars types, int tokens) {
        if (types.size() != tokens)
            throw new UnsupportedModel(
                    "tokenizer.ggml.token_type has %d entries for %d tokens"
                            .formatted(types.size(), tokens));
        List<TokenKind> kinds = new ArrayList<>();
        for (int id = 0; id < tokens; id++) kinds.add(kind(types.get(id), id));
        return kinds;
    }

    private static TokenKind kind(GgufValue type, int id) {
        return (type instanceof GgufValue.Whole(long number)
                        ? TokenKind.numbered(number)
                        : Optional.<TokenKind>empty())
                .orElseThrow(
                        () ->
                                new UnsupportedModel(
                                        "tokenizer.ggml.token_type[%d] is none that a byte-level BPE has"
                                                .formatted(id)));
    }

    /** tokenizer.json. */
    ObjectNode json() {
        ObjectNode json = Binder.JSON.createObjectNode().put("version", "1.0");
        json.putNull("truncation").putNull("padding");
        ArrayNode added = json.putArray("added_tokens");
        for (int id = 0; id < tokens.size(); id++)
            if (kinds.get(id).added())
                added.addObject()
                        .put("id", id)
                        .put("content", tokens.get(id))
                        .put("single_word", false)
                        .put("lstrip", false)
                        .put("rstrip", false)
                        .put("normalized", false)
                        .put("special", kinds.get(id).special());
        if (pre.composed()) json.putObject("normalizer").put("type", "NFC");
        else json.putNull("normalizer");
        json.set("pre_tokenizer", pre.json());
        postProcessor(json);
        json.putObject("decoder")
                .put("type", "ByteLevel")
                .put("add_prefix_space", true)
                .put("trim_offsets", true)
                .put("use_regex", true);
        json.set("model", model());
        return json;
    }

    private ObjectNode model() {
        ObjectNode model =
                Binder.JSON
                        .createObjectNode()
                        .put("type", "BPE")
                        .putNull("dropout")
                        .putNull("unk_token")
                        .putNull("continuing_subword_prefix")
                        .putNull("end_of_word_suffix")
                        .put("fuse_unk", false)
                        .put("byte_fallback", false)
                        .put("ignore_merges", pre.wholeWords());
        ObjectNode vocabulary = model.putObject("vocab");
        for (int id = 0; id < tokens.size(); id++) {
            if (kinds.get(id) == TokenKind.UNUSED) continue; // fills up the embedding's rows
            if (vocabulary.has(tokens.get(id)))
                throw new UnsupportedModel(
                        "tokenizer.ggml.tokens[%d], '%s', is there twice"
                                .formatted(id, tokens.get(id)));
            vocabulary.put(tokens.get(id), id);
        }
        ArrayNode merges = model.putArray("merges");
        for (String merge : metadata.texts(KEY + "merges")) {
            int space = merge.indexOf(' ');
            if (space < 1
                    || !vocabulary.has(merge.substring(0, space))
                    || !vocabulary.has(merge.substring(space + 1))
                    || !vocabulary.has(merge.substring(0, space) + merge.substring(space + 1)))
                throw new UnsupportedModel(
                        "tokenizer.ggml.merges[%d], '%s', does not join two tokens to a third"
                                .formatted(merges.size(), merge));
            merges.add(merge);
        }
        return model;
    }

    private void postProcessor(ObjectNode json) {
        for (String end : List.of("add_eos_token", "add_sep_token"))
            if (metadata.flag(KEY + end, false))
                throw new UnsupportedModel(KEY + end + " is not supported");
        Optional<String> begin = token("bos_token_id");
        boolean adds = metadata.flag(KEY + "add_bos_token", pre.beginsText() && begin.isPresent());
        if (!adds) {
            json.putNull("post_processor");
            return;
        }
        String text =
                begin.orElseThrow(
                        () ->
                                new UnsupportedModel(
                                        "tokenizer.ggml.add_bos_token is set, but no bos_token_id"));
        ObjectNode processor = json.putObject("post_processor").put("type", "TemplateProcessing");
        template(processor.putArray("single"), text, "A");
        template(template(processor.putArray("pair"), text, "A"), text, "B");
        ObjectNode special = processor.putObject("special_tokens").putObject(text).put("id", text);
        special.putArray("ids").add(metadata.whole(KEY + "bos_token_id"));
        special.putArray("tokens").add(text);
    }

    private static ArrayNode template(ArrayNode into, String begin, String sequence) {
        int type = sequence.equals("A") ? 0 : 1;
        into.addObject().putObject("SpecialToken").put("id", begin).put("type_id", type);
        into.addObject().putObject("Sequence").put("id", sequence).put("type_id", type);
        return into;
    }

    /** tokenizer_config.json. */
    ObjectNode settings(int longest) {
        ObjectNode settings =
                Binder.JSON
                        .createObjectNode()
                        .put("tokenizer_class", "PreTrainedTokenizerFast")
                        .put("model_max_length", longest)
                        .put("clean_up_tokenization_spaces", false);
        token("bos_token_id").ifPresent(text -> settings.put("bos_token", text));
        token("eos_token_id").ifPresent(text -> settings.put("eos_token", text));
        token("unknown_token_id").ifPresent(text -> settings.put("unk_token", text));
        token("padding_token_id").ifPresent(text -> settings.put("pad_token", text));
        chatTemplate().ifPresent(template -> settings.put("chat_template", template));
        return settings;
    }

    /** The ids that config.json repeats. */
    void name(ObjectNode config) {
        id("bos_token_id").ifPresent(id -> config.put("bos_token_id", id));
        id("eos_token_id").ifPresent(id -> config.put("eos_token_id", id));
        id("padding_token_id").ifPresent(id -> config.put("pad_token_id", id));
    }

    Optional<String> chatTemplate() {
        return metadata.optionalText("tokenizer.chat_template");
    }

    private OptionalInt id(String name) {
        OptionalInt id = metadata.optionalWhole(KEY + name);
        if (id.isPresent() && id.getAsInt() >= tokens.size())
            throw new UnsupportedModel(
                    "%s%s is %d, but there are %d tokens"
                            .formatted(KEY, name, id.getAsInt(), tokens.size()));
        return id;
    }

    private Optional<String> token(String name) {
        OptionalInt id = id(name);
        return id.isPresent() ? Optional.of(tokens.get(id.getAsInt())) : Optional.empty();
    }
}
