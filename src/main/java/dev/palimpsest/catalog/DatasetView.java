package dev.palimpsest.catalog;

import dev.palimpsest.data.FileFormat;
import dev.palimpsest.data.Format;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A dataset as the API answers it. */
record DatasetView(
        String name,
        Format format,
        FileFormat fileFormat,
        @Nullable Map<String, String> columns,
        @Nullable Map<String, String> template,
        long documents,
        long bytes,
        String sha256,
        @Nullable String description,
        @Nullable String licence,
        @Nullable String source,
        boolean builtIn,
        Instant createdAt) {
    static DatasetView of(Dataset dataset) {
        return new DatasetView(
                dataset.name(),
                dataset.format(),
                dataset.fileFormat(),
                dataset.columns().orElse(null),
                dataset.template().orElse(null),
                dataset.documents(),
                dataset.bytes(),
                dataset.contentHash(),
                dataset.description().orElse(null),
                dataset.licence().orElse(null),
                dataset.source().orElse(null),
                dataset.isBuiltIn(),
                dataset.createdAt());
    }
}
