package dev.palimpsest.catalog;

import dev.palimpsest.home.Home;
import dev.palimpsest.web.Conflict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
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
    private final Models models;
    private final TransactionTemplate transaction;
    private final Home home;
    private final Clock clock;

    Imports(Models models, TransactionTemplate transaction, Home home, Clock clock) {
        this.models = models;
        this.transaction = transaction;
        this.home = home;
        this.clock = clock;
    }

    /** One execution of an import. */
    record Attempt(String id, int number, String model, ModelSource source) {}

    /** Nothing if the import has ended or was cancelled. */
    Optional<Attempt> begin(String id) {
        return inTransaction(
                () ->
                        models.lockImport(id)
                                .map(
                                        model ->
                                                new Attempt(
                                                        id,
                                                        model.beginImport(),
                                                        model.name(),
                                                        model.source().orElseThrow())));
    }

    /** Whether the attempt goes on. */
    boolean progressed(Attempt attempt, ImportProgress progress) {
        return move(attempt, model -> model.progressed(progress));
    }

    /** Keeps the commit that the first attempt found, which a later one then takes. */
    Optional<String> resolved(Attempt attempt, String commit) {
        return inTransaction(
                () ->
                        models.lockImport(attempt.id(), attempt.number())
                                .map(model -> model.resolved(commit)));
    }

    Optional<String> commit(Attempt attempt) {
        return models.findByName(attempt.model()).flatMap(BaseModel::commit);
    }

    /** The folder gets its name while the row is locked, so that nobody else can. */
    boolean imported(Attempt attempt, ModelContent content, Path folder) {
        return move(
                attempt,
                model -> {
                    moveInto(folder, model.directory(home));
                    model.imported(content, clock.instant());
                });
    }

    boolean failed(Attempt attempt, String reason) {
        return move(attempt, model -> model.failed(reason));
    }

    /** Ends an import that its process could not end. */
    void givenUp(String id, String reason) {
        transaction.executeWithoutResult(
                _ -> models.lockImport(id).ifPresent(model -> model.failed(reason)));
    }

    /** Ends it at once in the database; whoever is at it finds out within a second. */
    BaseModel cancel(String name) {
        return inTransaction(
                () -> {
                    BaseModel model =
                            models.lock(name).orElseThrow(() -> ModelController.missing(name));
                    if (model.status() != ModelStatus.IMPORTING)
                        throw new Conflict(
                                "model '%s' is %s; only an import can be cancelled"
                                        .formatted(name, model.status().word()));
                    model.failed("its import was cancelled; delete it and register it again");
                    return model;
                });
    }

    private interface Move {
        void of(BaseModel model);
    }

    private boolean move(Attempt attempt, Move move) {
        return inTransaction(
                () -> {
                    Optional<BaseModel> model = models.lockImport(attempt.id(), attempt.number());
                    model.ifPresent(move::of);
                    return model.isPresent();
                });
    }

    private <T> T inTransaction(Supplier<T> work) {
        return transaction.execute(_ -> work.get());
    }

    private static void moveInto(Path folder, Path place) {
        try {
            Folder.moveInto(folder, place);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
