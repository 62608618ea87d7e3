package dev.palimpsest.spectra;

import dev.palimpsest.artifacts.Artifacts;
import dev.palimpsest.background.AttemptedWork;
import dev.palimpsest.background.CannotDo;
import dev.palimpsest.background.DeviceWork;
import dev.palimpsest.catalog.BaseModel;
import dev.palimpsest.catalog.Models;
import dev.palimpsest.home.Home;
import dev.palimpsest.jobs.Checkpoint;
import dev.palimpsest.jobs.Checkpoints;
import dev.palimpsest.jobs.Job;
import dev.palimpsest.jobs.Jobs;
import dev.palimpsest.model.Projected;
import dev.palimpsest.spec.Sha256;
import dev.palimpsest.spectra.SpectraTurns.Attempt;
import dev.palimpsest.trainer.Protocol;
import dev.palimpsest.trainer.SpectraRun;
import dev.palimpsest.trainer.TrainerEvent.Decomposed;
import dev.palimpsest.worker.Answering;
import dev.palimpsest.worker.AnsweringEnding;
import dev.palimpsest.worker.Decomposers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.util.FileSystemUtils;

/**
 * Does one decomposition: a process compares the matrices that are not known, and each is filed as
 * it comes, so that a new attempt has only the rest to do.
 */
@Component
class Decompose extends AttemptedWork<Attempt> implements DeviceWork {
    static final String NAME = "spectra";

    /** Goes up whenever equal weights would have other spectra. */
    private static final int VERSION = 1;

    private static final Logger log = LoggerFactory.getLogger(Decompose.class);

    private final SpectraTurns turns;
    private final Decomposers decomposers;
    private final Checkpoints checkpoints;
    private final Jobs jobs;
    private final Models models;
    private final Home home;
    private final Artifacts artifacts;

    Decompose(
            SpectraTurns turns,
            Decomposers decomposers,
            Checkpoints checkpoints,
            Jobs jobs,
            Models models,
            Home home,
            Artifacts artifacts) {
        super(turns);
        this.turns = turns;
        this.decomposers = decomposers;
        this.checkpoints = checkpoints;
        this.jobs = jobs;
        this.models = models;
        this.home = home;
        this.artifacts = artifacts;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    protected String verb() {
        return "compare";
    }

    @Override
    protected Ending attempt(Attempt attempt, BooleanSupplier stopping)
            throws IOException, InterruptedException {
        Checkpoint checkpoint = found(attempt.checkpoint());
        BaseModel base = baseOf(checkpoint);
        SpectraRun run = runOf(attempt, checkpoint, base);
        Path folder = Files.createTempDirectory(home.root(), ".spectra-");
        try {
            Path runFile = folder.resolve("run.json");
            Files.writeString(runFile, Protocol.written(run));
            try (Answering<Decomposed> process = decomposers.start(folder, runFile)) {
                log.info("{} begins, {} matrices known", attempt.id(), run.known().size());
                return watched(attempt, contentOf(base), process, stopping);
            }
        } finally {
            FileSystemUtils.deleteRecursively(folder);
        }
    }

    private Ending watched(
            Attempt attempt,
            String baseContent,
            Answering<Decomposed> process,
            BooleanSupplier stopping)
            throws InterruptedException {
        Optional<AnsweringEnding> ending = Optional.empty();
        while (ending.isEmpty()) {
            List<Decomposed> compared = process.answers(BETWEEN_LOOKS);
            if (!compared.isEmpty())
                turns.file(
                        attempt, baseContent, compared.stream().map(Decomposed::spectra).toList());
            ending = process.ending();
            if (ending.isPresent()) break;
            Optional<Ending> early = early(attempt, stopping);
            if (early.isPresent()) return early.get();
        }
        return switch (ending.get()) {
            case AnsweringEnding.Finished() -> {
                if (turns.succeeded(attempt)) log.info("{} has succeeded", attempt.id());
                yield Ending.OVER;
            }
            case AnsweringEnding.Failed(var breakdown) -> broken(attempt, breakdown, stopping);
        };
    }

    private Checkpoint found(String id) {
        return checkpoints
                .find(id)
                .orElseThrow(
                        () ->
                                new CannotDo(
                                        "checkpoint %s was deleted before it was compared"
                                                .formatted(id)));
    }

    private String folder(Checkpoint checkpoint) {
        return checkpoint.verified(artifacts).toString();
    }

    private BaseModel baseOf(Checkpoint checkpoint) {
        Job job = jobs.findById(checkpoint.job()).orElseThrow();
        return models.findByName(job.baseModel())
                .filter(BaseModel::isReady)
                .orElseThrow(
                        () ->
                                new CannotDo(
                                        "the model '%s' is no longer there; register it again and ask anew"
                                                .formatted(job.baseModel())));
    }

    private static String contentOf(BaseModel base) {
        return base.contentHash().orElseThrow();
    }

    private SpectraRun runOf(Attempt attempt, Checkpoint checkpoint, BaseModel base) {
        Checkpoint against = attempt.against() == null ? null : found(attempt.against());
        String content = contentOf(base);
        String other = against == null ? "" : "\n" + against.content();
        List<Projected> known =
                turns.known(attempt, fingerprint(content, checkpoint.content() + other));
        return new SpectraRun(
                base.directory(artifacts).toString(),
                folder(checkpoint),
                checkpoint.kind(),
                against == null ? null : folder(against),
                against == null ? null : against.kind(),
                attempt.modules(),
                attempt.intruders(),
                known,
                turns.norms(content),
                decomposers.threads(),
                decomposers.device());
    }

    /** The number of a device counts as little as that of threads. */
    private String fingerprint(String base, String checkpoint) {
        String device = decomposers.device().split(":", 2)[0];
        return Sha256.of("%d %s\n%s\n%s".formatted(VERSION, device, base, checkpoint));
    }
}
