package dev.palimpsest.data;

import dev.palimpsest.spec.Binder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** A dataset that every installation has: where it comes from, and how it is written out. */
public record BuiltInDataset(
        String name,
        String description,
        Format format,
        String source,
        String licence,
        Supplier<List<Document>> documents) {

    /** Writes its documents, one line of JSON each, and says how many they are. */
    public long write(Path file) throws IOException {
        List<Document> all = documents.get();
        try (var lines = Files.newBufferedWriter(file)) {
            for (Document document : all)
                lines.append(Binder.JSON.writeValueAsString(document)).append('\n');
        }
        return all.size();
    }
}
