package dev.palimpsest.training;

import dev.palimpsest.spec.Binder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** A folder of tiny models and what transformers and PEFT made of them, listed by its manifest. */
record OracleSet(Path folder) {
    /** The set that {@code -Dpalimpsest.oracles} names, else the bundled one. */
    static OracleSet chosen() {
        return new OracleSet(
                Path.of(System.getProperty("palimpsest.oracles", "src/test/resources/oracles")));
    }

    List<Variant> variants() throws IOException {
        return json(folder.resolve("manifest.json"))
                .path("variants")
                .valueStream()
                .map(v -> new Variant(folder.resolve(v.path("variant").asString()), v))
                .toList();
    }

    record Variant(Path folder, JsonNode manifest) {
        String name() {
            return manifest.path("variant").asString();
        }

        Path model() {
            return folder.resolve("model");
        }

        Stream<String> runs() {
            return manifest.path("runs").propertyNames().stream();
        }
    }

    static JsonNode json(Path file) throws IOException {
        return Binder.JSON.readTree(Files.readString(file));
    }
}
