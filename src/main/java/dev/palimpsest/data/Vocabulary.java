package dev.palimpsest.data;

import dev.palimpsest.spec.Binder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** The ids of a tokenizer's tokens, and which of them ends a text. */
record Vocabulary(
        Map<String, Integer> ids, OptionalInt endOfText, OptionalInt padding, Set<Integer> ends) {
    /** What published models call it, for a folder that does not say. */
    private static final List<String> WELL_KNOWN =
            List.of("<|endoftext|>", "<|end_of_text|>", "</s>", "<eos>", "<|im_end|>");

    /** Reads tokenizer.json and the settings that lie beside it, where there are any. */
    static Vocabulary read(Path tokenizer) {
        Map<String, Integer> ids = ids(tokenizer);
        JsonNode settings = beside(tokenizer, "tokenizer_config.json");
        OptionalInt end =
                Stream.of(
                                named(ids, settings.path("eos_token")),
                                numbered(beside(tokenizer, "generation_config.json")),
                                numbered(beside(tokenizer, "config.json")),
                                wellKnown(ids))
                        .filter(OptionalInt::isPresent)
                        .findFirst()
                        .orElseGet(OptionalInt::empty);
        return new Vocabulary(
                ids,
                end,
                named(ids, settings.path("pad_token")),
                ends(end, beside(tokenizer, "generation_config.json")));
    }

    /** One more than the highest id, which is how many rows of an embedding it needs. */
    int size() {
        return 1 + ids.values().stream().mapToInt(Integer::intValue).max().orElse(-1);
    }

    private static Map<String, Integer> ids(Path tokenizer) {
        if (!Files.isRegularFile(tokenizer)) throw new InvalidData("There is no file " + tokenizer);
        JsonNode json = parse(tokenizer);
        JsonNode vocabulary = json.path("model").path("vocab");
        Map<String, Integer> ids = new HashMap<>();
        for (Map.Entry<String, JsonNode> entry : vocabulary.properties())
            ids.put(entry.getKey(), entry.getValue().asInt());
        if (vocabulary.isArray()) // Unigram: pairs of a token and its score
        for (int id = 0; id < vocabulary.size(); id++)
                ids.put(vocabulary.get(id).path(0).asString(""), id);
        for (JsonNode added : json.path("added_tokens"))
            ids.put(added.path("content").asString(""), added.path("id").asInt());
        if (ids.isEmpty())
            throw new InvalidData(tokenizer + " has no vocabulary under model.vocab");
        return ids;
    }

    private static JsonNode beside(Path tokenizer, String name) {
        Path file = tokenizer.resolveSibling(name);
        return Files.isRegularFile(file) ? parse(file) : Binder.JSON.createObjectNode();
    }

    private static JsonNode parse(Path file) {
        try {
            return Binder.JSON.readTree(file);
        } catch (JacksonException broken) {
            throw new InvalidData(
                    "%s is not valid JSON: %s".formatted(file, broken.getOriginalMessage()),
                    broken);
        }
    }

    /** A token by its text, which older settings wrap in an object. */
    private static OptionalInt named(Map<String, Integer> ids, JsonNode token) {
        String text = token.isObject() ? token.path("content").asString("") : token.asString("");
        Integer id = ids.get(text);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /** All that end a text which the model writes; conversations often have one of their own. */
    private static Set<Integer> ends(OptionalInt end, JsonNode generation) {
        Set<Integer> ends = new HashSet<>();
        end.ifPresent(ends::add);
        JsonNode ids = generation.path("eos_token_id");
        if (ids.isIntegralNumber()) ends.add(ids.intValue());
        for (JsonNode id : ids) if (id.isIntegralNumber()) ends.add(id.intValue());
        return Set.copyOf(ends);
    }

    /** A model may have several; the first is the one it was trained with. */
    private static OptionalInt numbered(JsonNode config) {
        JsonNode id = config.path("eos_token_id");
        JsonNode first = id.isArray() ? id.path(0) : id;
        return first.isIntegralNumber() ? OptionalInt.of(first.intValue()) : OptionalInt.empty();
    }

    private static OptionalInt wellKnown(Map<String, Integer> ids) {
        return WELL_KNOWN.stream().filter(ids::containsKey).mapToInt(ids::get).findFirst();
    }
}
