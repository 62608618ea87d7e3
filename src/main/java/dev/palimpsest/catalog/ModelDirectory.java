package dev.palimpsest.catalog;

import dev.palimpsest.data.InvalidData;
import dev.palimpsest.data.Tokenizer;
import dev.palimpsest.model.Architecture;
import dev.palimpsest.model.Safetensors;
import dev.palimpsest.model.UnsupportedModel;
import dev.palimpsest.spec.Binder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** A Hugging Face model directory, checked by its headers: no weights are read. */
record ModelDirectory(Path path, Architecture architecture, List<Path> weights) {
    static final String INDEX = "model.safetensors.index.json";
    private static final Pattern SHARD = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,200}");
    private static final long LARGEST_JSON = 64 << 20;
    static final List<String> OTHER_FILES =
            List.of(
                    "config.json",
                    "tokenizer.json",
                    "tokenizer_config.json",
                    "special_tokens_map.json",
                    "generation_config.json",
                    "chat_template.jinja",
                    "chat_template.json",
                    INDEX);

    /** {@link UnsupportedModel} names the file and what is wrong with it. */
    static ModelDirectory checked(Path path) throws IOException {
        if (!Files.isDirectory(path))
            throw new UnsupportedModel("there is no folder " + path + " on the service's machine");
        for (String name : OTHER_FILES) refuseHuge(path.resolve(name));
        Architecture architecture = Architecture.of(path);
        List<Path> weights = weights(path);
        checkTensors(architecture, weights);
        checkTokenizer(architecture, path.resolve("tokenizer.json"));
        return new ModelDirectory(path, architecture, weights);
    }

    /** The files of a model that was finetuned from another, which has the tokenizer. */
    static List<Path> finetuned(Path path, Architecture base) throws IOException {
        for (String name : OTHER_FILES) refuseHuge(path.resolve(name));
        Architecture architecture = Architecture.of(path);
        if (!architecture.equals(base))
            throw new UnsupportedModel(
                    "config.json describes another architecture than the base model's");
        List<Path> weights = weights(path);
        checkTensors(architecture, weights);
        return new ModelDirectory(path, architecture, weights).files();
    }

    /** All that is copied, in a fixed order. */
    List<Path> files() {
        List<Path> files = new ArrayList<>();
        for (String name : OTHER_FILES)
            if (Files.isRegularFile(path.resolve(name))) files.add(path.resolve(name));
        files.addAll(weights);
        return files;
    }

    static void checkTokenizer(Architecture architecture, Path file) {
        if (!Files.isRegularFile(file))
            throw new UnsupportedModel("there is no tokenizer.json in " + file.getParent());
        try (Tokenizer tokenizer = Tokenizer.open(file)) {
            if (tokenizer.vocabularySize() > architecture.vocabulary())
                throw new UnsupportedModel(
                        "tokenizer.json has ids up to %d, but vocab_size in config.json is %d"
                                .formatted(
                                        tokenizer.vocabularySize() - 1, architecture.vocabulary()));
        } catch (InvalidData wrong) {
            throw new UnsupportedModel(String.valueOf(wrong.getMessage()));
        } catch (JacksonException odd) {
            throw new UnsupportedModel("tokenizer.json: " + odd.getOriginalMessage());
        }
    }

    private static void refuseHuge(Path file) throws IOException {
        if (Files.isRegularFile(file)) refuseHuge(file.getFileName().toString(), Files.size(file));
    }

    static void refuseHuge(String name, long bytes) {
        if (bytes > LARGEST_JSON)
            throw new UnsupportedModel(
                    "%s has %,d bytes; that is no JSON of a model".formatted(name, bytes));
    }

    private static List<Path> weights(Path path) throws IOException {
        if (!Files.isRegularFile(path.resolve(INDEX))) {
            Path single = path.resolve("model.safetensors");
            if (Files.isRegularFile(single)) return List.of(single);
            throw new UnsupportedModel(
                    "there is neither model.safetensors nor " + INDEX + " in " + path);
        }
        List<Path> shards = new ArrayList<>();
        for (String name : shardNames(path.resolve(INDEX))) {
            if (!SHARD.matcher(name).matches() || !Files.isRegularFile(path.resolve(name)))
                throw new UnsupportedModel(
                        "%s names '%s', which is no file in %s".formatted(INDEX, name, path));
            shards.add(path.resolve(name));
        }
        return shards;
    }

    /** What an index names, which may be anything. */
    static List<String> shardNames(Path index) throws IOException {
        JsonNode map;
        try {
            map = Binder.JSON.readTree(Files.readString(index)).path("weight_map");
        } catch (JacksonException | java.nio.charset.CharacterCodingException _) {
            throw new UnsupportedModel(INDEX + " is not valid JSON");
        }
        if (!map.isObject() || map.isEmpty())
            throw new UnsupportedModel(INDEX + " has no weight_map");
        return map.valueStream().map(name -> name.asString("")).distinct().sorted().toList();
    }

    private static void checkTensors(Architecture architecture, List<Path> weights)
            throws IOException {
        Map<String, List<Long>> found = new LinkedHashMap<>();
        for (Path file : weights)
            Safetensors.open(file)
                    .entries()
                    .forEach((name, entry) -> found.put(name, entry.shape()));
        List<String> problems = new ArrayList<>();
        architecture
                .shapes()
                .forEach(
                        (name, shape) -> {
                            List<Long> given = found.get(name);
                            if (given == null) problems.add(name + " is missing");
                            else if (!given.equals(shape))
                                problems.add(
                                        "%s has the shape %s, config.json says %s"
                                                .formatted(name, given, shape));
                        });
        if (!problems.isEmpty()) throw new UnsupportedModel(someOf(problems));
    }

    private static String someOf(List<String> problems) {
        String first = String.join("; ", problems.subList(0, Math.min(5, problems.size())));
        return problems.size() <= 5
                ? "the weights do not fit: " + first
                : "the weights do not fit: %s; and %d more".formatted(first, problems.size() - 5);
    }
}
