package dev.palimpsest.catalog;

import dev.palimpsest.data.FileFormat;
import dev.palimpsest.data.Format;
import dev.palimpsest.data.PlainText;
import dev.palimpsest.spec.Fault;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A dataset as the API answers it. */
record DatasetView(
        String name,
        ImportStatus status,
        Format format,
        FileFormat fileFormat,
        PlainText.@Nullable Split split,
        @Nullable Map<String, String> columns,
        @Nullable Map<String, String> template,
        @Nullable Long documents,
        @Nullable Long bytes,
        @Nullable String sha256,
        @Nullable String description,
        @Nullable String licence,
        @Nullable String source,
        boolean builtIn,
        @Nullable DatasetSource importedFrom,
        @Nullable String commit,
        @Nullable ImportProgress progress,
        @Nullable String error,
        List<Fault> errors,
        Instant createdAt,
        @Nullable Instant readyAt) {
    static DatasetView of(Dataset dataset) {
        return new DatasetView(
                dataset.name(),
                dataset.status(),
                dataset.format(),
                dataset.fileFormat(),
                dataset.split().orElse(null),
                dataset.columns().orElse(null),
                dataset.template().orElse(null),
                dataset.documents().orElse(null),
                dataset.bytes().orElse(null),
                dataset.contentHash().orElse(null),
                dataset.description().orElse(null),
                dataset.licence().orElse(null),
                dataset.source().orElse(null),
                dataset.isBuiltIn(),
                dataset.importedFrom().orElse(null),
                dataset.commit().orElse(null),
                dataset.progress().orElse(null),
                dataset.error().orElse(null),
                dataset.errors(),
                dataset.createdAt(),
                dataset.readyAt().orElse(null));
    }
}
