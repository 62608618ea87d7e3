package dev.palimpsest.background;

import java.util.Locale;

/** Where a piece is in its life; migrations have the allowed moves of each kind once more. */
public enum PieceStatus {
    QUEUED,
    RUNNING,
    SUCCEEDED,
    FAILED,
    CANCELLED;

    /** Nothing more happens by itself. */
    public boolean terminal() {
        return switch (this) {
            case QUEUED, RUNNING -> false;
            case SUCCEEDED, FAILED, CANCELLED -> true;
        };
    }

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
