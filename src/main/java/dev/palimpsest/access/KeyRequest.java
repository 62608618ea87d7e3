package dev.palimpsest.access;

import dev.palimpsest.spec.Faults;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A key as it is asked for.
 *
 * @param name whose it is or what for
 * @param expiresAt when it stops working; left out, never
 */
record KeyRequest(String name, Scope scope, @Nullable Instant expiresAt) {
    private static final int LONGEST_NAME = 200;

    KeyRequest {
        new Faults()
                .require(
                        !name.isBlank() && name.length() <= LONGEST_NAME,
                        "/name",
                        "must have 1 to " + LONGEST_NAME + " characters")
                .raise();
    }
}
