package dev.palimpsest.studies;

import java.util.Locale;

/** Where a study is in its life; db/migration/V22 has the allowed moves once more. */
enum StudyStatus {
    RUNNING,
    PAUSED,
    SUCCEEDED,
    FAILED,
    CANCELLED;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
