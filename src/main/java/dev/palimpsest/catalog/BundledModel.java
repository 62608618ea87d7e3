package dev.palimpsest.catalog;

import dev.palimpsest.home.Home;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.springframework.core.io.ClassPathResource;
import org.springframework.stereotype.Component;

/** palimpsest-mini as it lies on the class path, and its files in the home folder. */
@Component
class BundledModel {
    static final String NAME = "palimpsest-mini";
    private static final List<String> TOKENIZER =
            List.of("tokenizer.json", "tokenizer_config.json");
    private static final List<String> ALL =
            List.of(
                    "config.json",
                    "generation_config.json",
                    "model.safetensors",
                    "tokenizer.json",
                    "tokenizer_config.json");

    private final Home home;

    BundledModel(Home home) {
        this.home = home;
    }

    boolean hasWeights() {
        return resource("model.safetensors").exists();
    }

    /** Writes its directory unless it is there. */
    Path directory() throws IOException {
        return written(home.models().resolve(NAME), ALL);
    }

    /** Writes its tokenizer alone, which models from random weights take. */
    synchronized Path tokenizer() throws IOException {
        return written(home.models().resolve(".tokenizer-" + NAME), TOKENIZER);
    }

    private static Path written(Path place, List<String> names) throws IOException {
        if (Files.isDirectory(place)) return place;
        Path partial = Folder.emptyBeside(place);
        for (String name : names) {
            ClassPathResource resource = resource(name);
            if (!resource.exists()) continue;
            try (InputStream bytes = resource.getInputStream()) {
                Files.copy(bytes, partial.resolve(name));
            }
        }
        Folder.moveInto(partial, place);
        return place;
    }

    private static ClassPathResource resource(String name) {
        return new ClassPathResource(NAME + "/" + name);
    }
}
