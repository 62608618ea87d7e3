package dev.palimpsest.data;

/** How a line of a dataset says its document. */
public enum Format {
    TEXT,
    PROMPT_COMPLETION,
    MESSAGES,
    /** Any fields, as they are: for tasks, which say themselves what they read. */
    ROWS
}
