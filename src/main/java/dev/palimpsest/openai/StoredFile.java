package dev.palimpsest.openai;

import dev.palimpsest.artifacts.Artifact;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A file that was sent.
 *
 * @param error what is wrong with it; null if it is a dataset of its id
 */
record StoredFile(
        String id,
        String filename,
        long bytes,
        String sha256,
        @Nullable String error,
        Instant createdAt,
        @Nullable Instant expiresAt) {
    Artifact artifact() {
        return new Artifact(id, bytes, sha256);
    }
}
