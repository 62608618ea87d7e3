package dev.palimpsest.openai;

import dev.palimpsest.catalog.InUse;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** A dataset that came as a file goes with its file. */
@Component
class FilesInUse implements InUse {
    private final StoredFiles files;

    FilesInUse(StoredFiles files) {
        this.files = files;
    }

    @Override
    public Optional<String> userOfDataset(String name) {
        return files.isDataset(name) ? Optional.of("the file /v1/files/" + name) : Optional.empty();
    }
}
