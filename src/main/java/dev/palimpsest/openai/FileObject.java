package dev.palimpsest.openai;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A file as it is answered; times are Unix seconds. */
record FileObject(
        String id,
        String object,
        long bytes,
        long createdAt,
        @Nullable Long expiresAt,
        String filename,
        String purpose,
        String status,
        @Nullable String statusDetails) {
    static FileObject of(StoredFile file) {
        Instant expires = file.expiresAt();
        return new FileObject(
                file.id(),
                "file",
                file.bytes(),
                file.createdAt().getEpochSecond(),
                expires == null ? null : expires.getEpochSecond(),
                file.filename(),
                Purpose.FINE_TUNE,
                file.error() == null ? "processed" : "error",
                file.error());
    }

    static FileObject of(ResultFile file) {
        return new FileObject(
                file.id(),
                "file",
                file.bytes().length,
                file.createdAt().getEpochSecond(),
                null,
                "step_metrics.csv",
                Purpose.RESULTS,
                "processed",
                null);
    }

    /** A file that is no more. */
    record Deleted(String id, String object, boolean deleted) {}
}
