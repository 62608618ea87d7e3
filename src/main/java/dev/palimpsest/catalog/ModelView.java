package dev.palimpsest.catalog;

import dev.palimpsest.model.Architecture;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A base model as the API answers it. */
record ModelView(
        String name,
        ImportStatus status,
        @Nullable ModelSource source,
        boolean builtIn,
        @Nullable String error,
        @Nullable ImportProgress progress,
        @Nullable String commit,
        @Nullable Architecture architecture,
        @Nullable Long parameters,
        @Nullable Long bytes,
        @Nullable String contentHash,
        Instant createdAt,
        @Nullable Instant readyAt) {
    static ModelView of(BaseModel model) {
        return new ModelView(
                model.name(),
                model.status(),
                model.source().orElse(null),
                model.isBuiltIn(),
                model.error().orElse(null),
                model.progress().orElse(null),
                model.commit().orElse(null),
                model.architecture().orElse(null),
                model.parameters().orElse(null),
                model.bytes().orElse(null),
                model.contentHash().orElse(null),
                model.createdAt(),
                model.readyAt().orElse(null));
    }
}
