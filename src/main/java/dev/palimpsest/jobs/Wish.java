package dev.palimpsest.jobs;

/** What the owner of a running job asks of its worker. */
public enum Wish {
    GO_ON,
    PAUSE,
    CANCEL
}
