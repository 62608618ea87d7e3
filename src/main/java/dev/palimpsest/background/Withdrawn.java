package dev.palimpsest.background;

/**
 * A piece of work that waited is wanted no more; published in a transaction, it leaves the queue if
 * that is committed.
 *
 * @param work the name of its kind
 */
public record Withdrawn(String work, String id) {}
