package dev.palimpsest.catalog;

import dev.palimpsest.model.Architecture;
import dev.palimpsest.model.UnsupportedModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A model in Hugging Face's layout that was made elsewhere out of a base model. */
public final class FinetunedModel {
    private FinetunedModel() {}

    /** Its files, once they fit the base model; {@link UnsupportedModel} says why they do not. */
    public static List<Path> checked(Path folder, Architecture base) throws IOException {
        return ModelDirectory.finetuned(folder, base);
    }

    /** Whether a model may have a file of this name. */
    public static boolean mayHave(String file) {
        return ModelDirectory.OTHER_FILES.contains(file)
                || file.matches("[A-Za-z0-9_][A-Za-z0-9_.-]{0,200}\\.safetensors");
    }
}
