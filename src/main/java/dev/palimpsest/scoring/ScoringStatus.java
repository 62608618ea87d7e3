package dev.palimpsest.scoring;

import java.util.Locale;

/** Where a scoring is in its life; db/migration/V11 has the allowed moves once more. */
enum ScoringStatus {
    QUEUED,
    RUNNING,
    SUCCEEDED,
    FAILED,
    CANCELLED;

    /** Nothing more happens by itself. */
    boolean terminal() {
        return switch (this) {
            case QUEUED, RUNNING -> false;
            case SUCCEEDED, FAILED, CANCELLED -> true;
        };
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
