package dev.palimpsest.exports;

import dev.palimpsest.background.Turns;
import dev.palimpsest.decomposition.IntruderReduction;
import dev.palimpsest.trainer.ExportForm;
import dev.palimpsest.worker.ExportEnding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Hands an export to one process at a time. */
@Component
class ExportTurns extends Turns<Export, ExportTurns.Attempt> {
    private final ExportFolders folders;
    private final Clock clock;

    ExportTurns(Exports exports, ExportFolders folders, Clock clock) {
        super(exports, clock);
        this.folders = folders;
        this.clock = clock;
    }

    /** One execution of an export. */
    record Attempt(
            String id,
            int number,
            String checkpoint,
            String baseModel,
            ExportForm form,
            @Nullable IntruderReduction reduction)
            implements Turns.Attempt {}

    @Override
    protected Attempt attempt(Export export, int number) {
        return new Attempt(
                export.id(),
                number,
                export.checkpoint(),
                export.baseModel(),
                export.form(),
                export.reduction().orElse(null));
    }

    /** The folder gets its name while the row is locked, so that nobody else can. */
    @Transactional
    public boolean made(Attempt attempt, ExportEnding.Made made, Path files) {
        return move(
                attempt,
                export -> {
                    moveInto(files, attempt.id());
                    export.made(made, clock.instant());
                });
    }

    private void moveInto(Path files, String id) {
        try {
            folders.move(files, id);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
