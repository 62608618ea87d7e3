package dev.palimpsest;

import dev.palimpsest.spec.Binder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** A folder of tiny models and what transformers and PEFT made of them, listed by its manifest. */
public record OracleSet(Path folder) {
    /** The set that {@code -Dpalimpsest.oracles} names, else the bundled one. */
    public static OracleSet chosen() {
        return new OracleSet(
                Path.of(System.getProperty("palimpsest.oracles", "src/test/resources/oracles")));
    }

    public List<Variant> variants() throws IOException {
        return json(folder.resolve("manifest.json"))
                .path("variants")
                .valueStream()
                .map(v -> new Variant(folder.resolve(v.path("variant").asString()), v))
                .toList();
    }

    public record Variant(Path folder, JsonNode manifest) {
        public String name() {
            return manifest.path("variant").asString();
        }

        public Path model() {
            return folder.resolve("model");
        }

        public Stream<String> runs() {
            return manifest.path("runs").propertyNames().stream();
        }
    }

    public static JsonNode json(Path file) throws IOException {
        return Binder.JSON.readTree(Files.readString(file));
    }
}
