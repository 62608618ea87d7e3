package dev.palimpsest.catalog;

import java.util.Optional;

/** The rows of one kind of imported thing, locked until the transaction ends. */
interface ImportRows<T extends Imported> {
    Optional<T> lock(String name);

    /** Nothing if the import has ended. */
    Optional<T> lockImport(String importId);

    /** Nothing if the import has ended or the attempt was replaced. */
    Optional<T> lockImport(String importId, int attempt);
}
