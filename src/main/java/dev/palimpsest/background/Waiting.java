package dev.palimpsest.background;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A piece of work was asked for; published in a transaction, it is queued if that is committed.
 *
 * @param work the name of its kind
 * @param notBefore when its turn comes at the earliest; null stands for now
 */
public record Waiting(String work, String id, @Nullable Instant notBefore) {
    public Waiting(String work, String id) {
        this(work, id, null);
    }
}
