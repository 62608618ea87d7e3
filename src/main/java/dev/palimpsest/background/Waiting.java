package dev.palimpsest.background;

/**
 * A piece of work was asked for; published in a transaction, it is queued if that is committed.
 *
 * @param work the name of its kind
 */
public record Waiting(String work, String id) {}
