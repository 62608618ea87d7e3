package dev.palimpsest.catalog;

/** Whether a base model can be used yet. */
public enum ModelStatus {
    IMPORTING,
    READY,
    FAILED
}
