package dev.palimpsest.jobs;

/** What is asked of the worker of a running job, by its owner or by who shares out workers. */
public enum Wish {
    GO_ON,
    /** To save and wait for a worker again. */
    YIELD,
    PAUSE,
    CANCEL
}
