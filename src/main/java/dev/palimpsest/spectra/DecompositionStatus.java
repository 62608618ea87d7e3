package dev.palimpsest.spectra;

import java.util.Locale;

/** Where a decomposition is in its life; db/migration/V15 has the allowed moves once more. */
enum DecompositionStatus {
    QUEUED,
    RUNNING,
    SUCCEEDED,
    FAILED;

    /** Nothing more happens by itself. */
    boolean terminal() {
        return switch (this) {
            case QUEUED, RUNNING -> false;
            case SUCCEEDED, FAILED -> true;
        };
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
