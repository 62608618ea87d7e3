package dev.palimpsest.catalog;

import dev.palimpsest.web.Conflict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The moves of an import, each in a transaction of its own and as short as that. Each but the first
 * carries the attempt: what an attempt writes that was replaced, or whose import was cancelled, is
 * not written.
 */
@Component
class Imports {
    private final TransactionTemplate transaction;

    Imports(TransactionTemplate transaction) {
        this.transaction = transaction;
    }

    /** One execution of an import, and what is imported as it was when that began. */
    record Attempt<T extends Imported>(ImportRows<T> rows, String id, int number, T thing) {
        @Override
        public String toString() {
            return "%s '%s'".formatted(thing.kind(), thing.name());
        }
    }

    /** Nothing if the import has ended or was cancelled. */
    <T extends Imported> Optional<Attempt<T>> begin(ImportRows<T> rows, String id) {
        return inTransaction(
                () ->
                        rows.lockImport(id)
                                .map(thing -> new Attempt<>(rows, id, thing.beginImport(), thing)));
    }

    /** Whether the attempt goes on. */
    <T extends Imported> boolean progressed(Attempt<T> attempt, ImportProgress progress) {
        return move(attempt, thing -> thing.progressed(progress));
    }

    /** Keeps the commit that the first attempt found, which a later one then takes. */
    <T extends Imported> Optional<String> resolved(Attempt<T> attempt, String commit) {
        return inTransaction(() -> locked(attempt).map(thing -> thing.resolved(commit)));
    }

    <T extends Imported> boolean failed(Attempt<T> attempt, String reason) {
        return move(attempt, thing -> thing.failed(reason));
    }

    /** Ends an import that its process could not end. */
    <T extends Imported> void givenUp(ImportRows<T> rows, String id, String reason) {
        transaction.executeWithoutResult(
                _ -> rows.lockImport(id).ifPresent(thing -> thing.failed(reason)));
    }

    /** Ends it at once in the database; whoever is at it finds out within a second. */
    <T extends Imported> Optional<T> cancel(ImportRows<T> rows, String name) {
        return inTransaction(
                () -> {
                    Optional<T> thing = rows.lock(name);
                    thing.ifPresent(Imports::cancel);
                    return thing;
                });
    }

    private static void cancel(Imported thing) {
        if (thing.status() != ImportStatus.IMPORTING)
            throw new Conflict(
                    "%s '%s' is %s; only an import can be cancelled"
                            .formatted(thing.kind(), thing.name(), thing.status().word()));
        thing.failed("its import was cancelled; delete it and register it again");
    }

    /** Whether the move was made; the row is locked meanwhile, so that nobody else makes one. */
    <T extends Imported> boolean move(Attempt<T> attempt, Importer.Move<T> move) {
        return inTransaction(
                () -> {
                    Optional<T> thing = locked(attempt);
                    thing.ifPresent(found -> make(move, found));
                    return thing.isPresent();
                });
    }

    private static <T extends Imported> void make(Importer.Move<T> move, T thing) {
        try {
            move.of(thing);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static <T extends Imported> Optional<T> locked(Attempt<T> attempt) {
        return attempt.rows().lockImport(attempt.id(), attempt.number());
    }

    private <R> R inTransaction(Supplier<R> work) {
        return transaction.execute(_ -> work.get());
    }
}
