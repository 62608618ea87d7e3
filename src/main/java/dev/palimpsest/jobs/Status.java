package dev.palimpsest.jobs;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Where a job is in its life; db/migration/V2 has the allowed moves once more. */
public enum Status {
    QUEUED,
    RUNNING,
    PAUSED,
    SUCCEEDED,
    FAILED,
    CANCELLED;

    /** Those of which more is to come. */
    public static final Set<Status> OPEN =
            Arrays.stream(values())
                    .filter(status -> !status.terminal())
                    .collect(Collectors.toUnmodifiableSet());

    /** Nothing more happens by itself. */
    public boolean terminal() {
        return switch (this) {
            case QUEUED, RUNNING, PAUSED -> false;
            case SUCCEEDED, FAILED, CANCELLED -> true;
        };
    }

    @JsonValue
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
