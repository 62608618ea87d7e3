package dev.palimpsest.model;

import dev.palimpsest.spec.Binder;
import dev.palimpsest.torch.ElementType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** What lies beside the weights in a Hugging Face directory. */
public final class ModelFiles {
    private static final String CONFIG = "config.json";
    private static final List<String> AS_THEY_ARE =
            List.of(
                    "generation_config.json",
                    "tokenizer.json",
                    "tokenizer_config.json",
                    "special_tokens_map.json",
                    "chat_template.jinja",
                    "chat_template.json");

    private ModelFiles() {}

    /** Copies them; config.json differs in nothing but the number format of the weights. */
    public static void copyBesideWeights(Path from, Path to, ElementType weights)
            throws IOException {
        for (String name : AS_THEY_ARE)
            if (Files.isRegularFile(from.resolve(name)))
                Files.copy(from.resolve(name), to.resolve(name));
        ObjectNode config =
                (ObjectNode) Binder.JSON.readTree(Files.readString(from.resolve(CONFIG)));
        String field = config.has("dtype") ? "dtype" : "torch_dtype";
        if (name(weights).equals(config.path(field).asString(""))) {
            Files.copy(from.resolve(CONFIG), to.resolve(CONFIG));
            return;
        }
        config.put(field, name(weights));
        Files.writeString(
                to.resolve(CONFIG),
                Binder.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(config) + "\n");
    }

    private static String name(ElementType type) {
        return switch (type) {
            case F32 -> "float32";
            case F16 -> "float16";
            case BF16 -> "bfloat16";
        };
    }
}
