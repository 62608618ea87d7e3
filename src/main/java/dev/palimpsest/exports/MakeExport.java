package dev.palimpsest.exports;

import dev.palimpsest.artifacts.Artifacts;
import dev.palimpsest.artifacts.Damaged;
import dev.palimpsest.background.Work;
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
import java.time.Duration;
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
class MakeExport implements Work {
    static final String NAME = "export";
    private static final Logger log = LoggerFactory.getLogger(MakeExport.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    private static final int LOOKS_FOR_A_SHUTDOWN = 2;

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
    public Ending run(String id, BooleanSupplier stopping)
            throws IOException, InterruptedException {
        Optional<Attempt> begun = turns.begin(id);
        folders.sweep(id);
        if (begun.isEmpty()) return Ending.OVER;
        Attempt attempt = begun.get();
        Path part = Files.createDirectories(folders.part(id, attempt.number()));
        try {
            return run(attempt, part, stopping);
        } catch (CannotExport | Damaged cannot) {
            fail(attempt, String.valueOf(cannot.getMessage()), "");
            return Ending.OVER;
        } finally {
            FileSystemUtils.deleteRecursively(part);
        }
    }

    @Override
    public void giveUp(String id, String fault) {
        turns.givenUp(id, "the worker could not make it: " + fault);
    }

    private Ending run(Attempt attempt, Path part, BooleanSupplier stopping)
            throws IOException, InterruptedException {
        Path files = part.resolve("files");
        ExportRun run = runOf(attempt, files);
        Path runFile = part.resolve("run.json");
        Files.writeString(runFile, Protocol.written(run));
        try (RunningExport process = exporters.start(part, runFile)) {
            log.info("{} begins as process {}", attempt.export(), process.pid());
            while (!process.endsWithin(BETWEEN_LOOKS)) {
                if (stopping.getAsBoolean()) return handedBack(attempt);
                if (!turns.goesOn(attempt)) {
                    log.info("{} is called off", attempt.export());
                    return Ending.OVER;
                }
            }
            return ended(attempt, process.ending(), files, stopping);
        }
    }

    private Ending ended(Attempt attempt, ExportEnding ending, Path files, BooleanSupplier stopping)
            throws InterruptedException {
        switch (ending) {
            case ExportEnding.Made made -> {
                artifacts.store(files, Export.artifacts(made.files()));
                if (turns.made(attempt, made, files)) log.info("{} is made", attempt.export());
            }
            case ExportEnding.Failed(var reason, var lastLines, var interrupted) -> {
                if (interrupted && stopsSoon(stopping)) return handedBack(attempt);
                fail(attempt, reason, lastLines);
            }
        }
        return Ending.OVER;
    }

    private Ending handedBack(Attempt attempt) {
        turns.handBack(attempt);
        return Ending.HANDED_BACK;
    }

    /** A terminal's Ctrl-C goes to the process too, which may be the faster to end. */
    private static boolean stopsSoon(BooleanSupplier stopping) throws InterruptedException {
        for (int look = 0; look < LOOKS_FOR_A_SHUTDOWN && !stopping.getAsBoolean(); look++)
            Thread.sleep(BETWEEN_LOOKS);
        return stopping.getAsBoolean();
    }

    private void fail(Attempt attempt, String reason, String detail) {
        if (turns.failed(attempt, reason, detail))
            log.warn("{} failed: {}", attempt.export(), reason);
    }

    private ExportRun runOf(Attempt attempt, Path files) {
        Checkpoint checkpoint =
                checkpoints
                        .find(attempt.checkpoint())
                        .orElseThrow(
                                () ->
                                        new CannotExport(
                                                "checkpoint %s was deleted before its export began"
                                                        .formatted(attempt.checkpoint())));
        BaseModel model =
                models.findByName(attempt.baseModel())
                        .filter(BaseModel::isReady)
                        .orElseThrow(
                                () ->
                                        new CannotExport(
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
