package dev.palimpsest.exports;

import dev.palimpsest.decomposition.IntruderReduction;
import dev.palimpsest.trainer.ExportForm;
import dev.palimpsest.worker.ExportEnding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Hands an export to one process at a time. Each call is one transaction that begins by locking the
 * row; what an attempt writes that was replaced, or whose export was cancelled, is not written.
 */
@Component
class ExportTurns {
    private final Exports exports;
    private final ExportFolders folders;
    private final Clock clock;

    ExportTurns(Exports exports, ExportFolders folders, Clock clock) {
        this.exports = exports;
        this.folders = folders;
        this.clock = clock;
    }

    /** One execution of an export. */
    record Attempt(
            String export,
            int number,
            String checkpoint,
            String baseModel,
            ExportForm form,
            @Nullable IntruderReduction reduction) {}

    /** Nothing if the export has ended or was deleted. */
    @Transactional
    public Optional<Attempt> begin(String id) {
        return exports.lock(id)
                .filter(export -> !export.status().terminal())
                .map(
                        export ->
                                new Attempt(
                                        id,
                                        export.begin(clock.instant()),
                                        export.checkpoint(),
                                        export.baseModel(),
                                        export.form(),
                                        export.reduction().orElse(null)));
    }

    @Transactional(readOnly = true)
    public boolean goesOn(Attempt attempt) {
        return exports.findById(attempt.export())
                .filter(export -> export.admits(attempt.number()))
                .isPresent();
    }

    /** The folder gets its name while the row is locked, so that nobody else can. */
    @Transactional
    public boolean made(Attempt attempt, ExportEnding.Made made, Path files) {
        return move(
                attempt,
                export -> {
                    moveInto(files, attempt.export());
                    export.made(made, clock.instant());
                });
    }

    @Transactional
    public boolean failed(Attempt attempt, String reason, String detail) {
        return move(attempt, export -> export.failed(reason, detail, clock.instant()));
    }

    @Transactional
    public boolean handBack(Attempt attempt) {
        return move(attempt, Export::handBack);
    }

    /** Ends an export that its worker could not end. */
    @Transactional
    public void givenUp(String id, String reason) {
        exports.lock(id)
                .filter(export -> !export.status().terminal())
                .ifPresent(export -> export.failed(reason, "", clock.instant()));
    }

    private boolean move(Attempt attempt, Consumer<Export> move) {
        Optional<Export> export =
                exports.lock(attempt.export()).filter(found -> found.admits(attempt.number()));
        export.ifPresent(move);
        return export.isPresent();
    }

    private void moveInto(Path files, String id) {
        try {
            folders.move(files, id);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
