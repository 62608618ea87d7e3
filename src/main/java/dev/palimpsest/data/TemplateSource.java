package dev.palimpsest.data;

import dev.palimpsest.spec.Binder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** A chat template's source, the special tokens it may name, and those that no file speaks of. */
record TemplateSource(String text, Map<String, String> specialTokens, Set<String> unsaid) {
    /** Tokenizers without special tokens of their own; others have some that no file names. */
    private static final Set<String> PLAIN =
            Set.of("", "PreTrainedTokenizerFast", "TokenizersBackend");

    private static final List<String> SPECIAL =
            List.of(
                    "bos_token",
                    "eos_token",
                    "unk_token",
                    "sep_token",
                    "pad_token",
                    "cls_token",
                    "mask_token");

    /** {@code chat_template.jinja} comes before what tokenizer_config.json holds. */
    static Optional<TemplateSource> in(Path folder) {
        JsonNode settings = json(folder.resolve("tokenizer_config.json"));
        Path file = folder.resolve("chat_template.jinja");
        Optional<String> text =
                Files.isRegularFile(file)
                        ? Optional.of(text(file))
                        : written(settings.path("chat_template"));
        return text.map(
                source ->
                        new TemplateSource(
                                source, specialTokens(folder, settings), unsaid(folder, settings)));
    }

    private static Optional<String> written(JsonNode template) {
        if (template.isString()) return Optional.of(template.stringValue());
        if (!template.isArray() || template.isEmpty()) return Optional.empty();
        return Optional.of(
                template.valueStream()
                        .filter(named -> named.path("name").asString("").equals("default"))
                        .map(named -> named.path("template").asString(""))
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        new InvalidData(
                                                "The model has several chat templates and none of"
                                                        + " them is named default; name one so in"
                                                        + " tokenizer_config.json")));
    }

    private static Map<String, String> specialTokens(Path folder, JsonNode settings) {
        JsonNode older = json(folder.resolve("special_tokens_map.json"));
        Map<String, String> tokens = new LinkedHashMap<>();
        for (String name : SPECIAL) {
            JsonNode token = settings.has(name) ? settings.path(name) : older.path(name);
            JsonNode content = token.isObject() ? token.path("content") : token;
            if (content.isString()) tokens.put(name, content.stringValue());
        }
        return tokens;
    }

    private static Set<String> unsaid(Path folder, JsonNode settings) {
        if (PLAIN.contains(settings.path("tokenizer_class").asString(""))) return Set.of();
        JsonNode older = json(folder.resolve("special_tokens_map.json"));
        return SPECIAL.stream()
                .filter(name -> !settings.has(name) && !older.has(name))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static JsonNode json(Path file) {
        if (!Files.isRegularFile(file)) return Binder.JSON.createObjectNode();
        try {
            return Binder.JSON.readTree(file);
        } catch (JacksonException broken) {
            throw new InvalidData(
                    "%s is not valid JSON: %s".formatted(file, broken.getOriginalMessage()),
                    broken);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (CharacterCodingException broken) {
            throw new InvalidData(file + " is not valid UTF-8", broken);
        } catch (IOException broken) {
            throw new UncheckedIOException(file + " cannot be read", broken);
        }
    }
}
