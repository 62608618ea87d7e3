package dev.palimpsest.exports;

import dev.palimpsest.artifacts.Artifacts;
import dev.palimpsest.background.AttemptedWork;
import dev.palimpsest.background.CannotDo;
import dev.palimpsest.catalog.BaseModel;
import dev.palimpsest.catalog.Models;
import dev.palimpsest.exports.ExportTurns.Attempt;
import dev.palimpsest.jobs.Checkpoint;
import dev.palimpsest.jobs.Checkpoints;
import dev.palimpsest.trainer.ExportRun;
import dev.palimpsest.trainer.Protocol;
import dev.palimpsest.worker.ExportEnding;
import dev.palimpsest.worker.Exporters;
import dev.palimpsest.worker.RunningExport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.util.FileSystemUtils;

/**
 * Makes one export: a process writes its files, watched from here, which learns once a second
 * whether it was cancelled.
 */
@Component
class MakeExport extends AttemptedWork<Attempt> {
    static final String NAME = "export";
    private static final Logger log = LoggerFactory.getLogger(MakeExport.class);

    private final ExportTurns turns;
    private final ExportFolders folders;
    private final Exports exports;
    private final Exporters exporters;
    private final Checkpoints checkpoints;
    private final Models models;
    private final Artifacts artifacts;

    MakeExport(
            ExportTurns turns,
            ExportFolders folders,
            Exports exports,
            Exporters exporters,
            Checkpoints checkpoints,
            Models models,
            Artifacts artifacts) {
        super(turns);
        this.turns = turns;
        this.folders = folders;
        this.exports = exports;
        this.exporters = exporters;
        this.checkpoints = checkpoints;
        this.models = models;
        this.artifacts = artifacts;
    }

    @Override
    public String name() {
        return NAME;
    }

    /** Clears away what exports left that were deleted. */
    @Override
    public void prepare() throws IOException {
        folders.deleteAllBut(exports::existsById);
    }

    @Override
    protected String verb() {
        return "make";
    }

    @Override
    protected void sweep(String id) throws IOException {
        folders.sweep(id);
    }

    @Override
    protected Ending attempt(Attempt attempt, BooleanSupplier stopping)
            throws IOException, InterruptedException {
        Path part = Files.createDirectories(folders.part(attempt.id(), attempt.number()));
        try {
            return attempt(attempt, part, stopping);
        } finally {
            FileSystemUtils.deleteRecursively(part);
        }
    }

    private Ending attempt(Attempt attempt, Path part, BooleanSupplier stopping)
            throws IOException, InterruptedException {
        Path files = part.resolve("files");
        ExportRun run = runOf(attempt, files);
        Path runFile = part.resolve("run.json");
        Files.writeString(runFile, Protocol.written(run));
        try (RunningExport process = exporters.start(part, runFile)) {
            log.info("{} begins as process {}", attempt.id(), process.pid());
            while (!process.endsWithin(BETWEEN_LOOKS)) {
                Optional<Ending> early = early(attempt, stopping);
                if (early.isPresent()) return early.get();
            }
            return ended(attempt, process.ending(), files, stopping);
        }
    }

    private Ending ended(Attempt attempt, ExportEnding ending, Path files, BooleanSupplier stopping)
            throws InterruptedException {
        return switch (ending) {
            case ExportEnding.Made made -> {
                artifacts.store(files, Export.artifacts(made.files()));
                if (turns.made(attempt, made, files)) log.info("{} is made", attempt.id());
                yield Ending.OVER;
            }
            case ExportEnding.Failed(var breakdown) -> broken(attempt, breakdown, stopping);
        };
    }

    private ExportRun runOf(Attempt attempt, Path files) {
        Checkpoint checkpoint =
                checkpoints
                        .find(attempt.checkpoint())
                        .orElseThrow(
                                () ->
                                        new CannotDo(
                                                "checkpoint %s was deleted before its export began"
                                                        .formatted(attempt.checkpoint())));
        BaseModel model =
                models.findByName(attempt.baseModel())
                        .filter(BaseModel::isReady)
                        .orElseThrow(
                                () ->
                                        new CannotDo(
                                                "the model '%s' is no longer there; register it again and export anew"
                                                        .formatted(attempt.baseModel())));
        return new ExportRun(
                model.directory(artifacts).toString(),
                checkpoint.verified(artifacts).toString(),
                checkpoint.kind(),
                attempt.form(),
                attempt.reduction(),
                files.toString(),
                exporters.threads());
    }
}
