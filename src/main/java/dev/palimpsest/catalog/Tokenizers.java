package dev.palimpsest.catalog;

import dev.palimpsest.artifacts.Artifacts;
import dev.palimpsest.model.UnsupportedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Tokenizers that a random model can take: of a registered model, or the bundled one. */
@Component
class Tokenizers {
    private static final List<String> FILES =
            List.of(
                    "tokenizer.json",
                    "tokenizer_config.json",
                    "special_tokens_map.json",
                    "chat_template.jinja",
                    "chat_template.json");

    private final Models models;
    private final Artifacts artifacts;
    private final BundledModel bundled;

    Tokenizers(Models models, Artifacts artifacts, BundledModel bundled) {
        this.models = models;
        this.artifacts = artifacts;
        this.bundled = bundled;
    }

    /** The files of a model's tokenizer; {@link UnsupportedModel} if there is no such model. */
    List<Path> files(@Nullable String model) throws IOException {
        Path folder = model == null ? bundled.tokenizer() : folder(model);
        return Stream.of(FILES.toArray(String[]::new))
                .map(folder::resolve)
                .filter(Files::isRegularFile)
                .toList();
    }

    private Path folder(String model) {
        return models.findByName(model)
                .filter(BaseModel::isReady)
                .map(ready -> ready.tokenizer(artifacts))
                .orElseThrow(
                        () ->
                                new UnsupportedModel(
                                        "there is no ready model '%s' to take a tokenizer from; GET /api/v1/models lists those there are"
                                                .formatted(model)));
    }
}
