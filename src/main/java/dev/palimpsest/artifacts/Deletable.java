package dev.palimpsest.artifacts;

import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Implemented by modules whose things can be restored for a while after they were deleted. */
public interface Deletable {
    /**
     * Takes away for good what was deleted until a time.
     *
     * @param project whose alone, or null
     */
    void purge(Instant deletedBefore, @Nullable String project) throws IOException;
}
