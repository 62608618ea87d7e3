package dev.palimpsest.catalog;

/** What an import is at; lower case in JSON and in the database. */
public enum ImportPhase {
    WAITING,
    RESOLVING,
    DOWNLOADING,
    COPYING,
    CONVERTING,
    MAKING,
    CHECKING,
    UNPACKING,
    VALIDATING
}
