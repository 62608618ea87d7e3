package dev.palimpsest.exports;

import java.util.Locale;

/** Where an export is in its life; db/migration/V6 has the allowed moves once more. */
enum ExportStatus {
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
