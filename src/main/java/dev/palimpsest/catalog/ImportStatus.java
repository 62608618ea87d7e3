package dev.palimpsest.catalog;

import java.util.Locale;

/** Whether a base model or a dataset can be used yet. */
public enum ImportStatus {
    IMPORTING,
    READY,
    FAILED;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
