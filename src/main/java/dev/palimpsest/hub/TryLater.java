package dev.palimpsest.hub;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The hub is busy; it may have said for how long. */
final class TryLater extends IOException {
    private static final long serialVersionUID = 1;

    private final @Nullable Duration wait;

    TryLater(String message, @Nullable Duration wait) {
        super(message);
        this.wait = wait;
    }

    @Nullable Duration asked() {
        return wait;
    }
}
