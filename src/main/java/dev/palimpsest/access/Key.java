package dev.palimpsest.access;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A key without its secret.
 *
 * @param madeBy the caller that made it
 */
record Key(
        String id,
        String name,
        Scope scope,
        String project,
        Instant createdAt,
        String madeBy,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt) {
    boolean worksAt(Instant now) {
        return revokedAt == null && (expiresAt == null || expiresAt.isAfter(now));
    }
}
