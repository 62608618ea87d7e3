package dev.palimpsest.catalog;

import java.util.Locale;

/** Whether a base model can be used yet. */
public enum ModelStatus {
    IMPORTING,
    READY,
    FAILED;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
