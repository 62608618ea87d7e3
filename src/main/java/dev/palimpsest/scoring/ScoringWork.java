package dev.palimpsest.scoring;

import dev.palimpsest.artifacts.Artifacts;
import dev.palimpsest.background.AttemptedWork;
import dev.palimpsest.background.CannotDo;
import dev.palimpsest.background.DeviceWork;
import dev.palimpsest.catalog.BaseModel;
import dev.palimpsest.catalog.Models;
import dev.palimpsest.catalog.RegisteredTask;
import dev.palimpsest.catalog.Tasks;
import dev.palimpsest.decomposition.Truncation;
import dev.palimpsest.home.Home;
import dev.palimpsest.jobs.Checkpoint;
import dev.palimpsest.jobs.Checkpoints;
import dev.palimpsest.metrics.Evaluations;
import dev.palimpsest.metrics.Fingerprint;
import dev.palimpsest.scoring.ScoringTurns.Attempt;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.Sha256;
import dev.palimpsest.trainer.Protocol;
import dev.palimpsest.trainer.ScoringRun;
import dev.palimpsest.trainer.TrainerEvent;
import dev.palimpsest.web.Ids;
import dev.palimpsest.worker.Answering;
import dev.palimpsest.worker.AnsweringEnding;
import dev.palimpsest.worker.Scorers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.util.FileSystemUtils;

/**
 * Does one scoring: what is known already is placed at once, a process scores the rest and each
 * score is filed as it comes, so that a new attempt has only the rest to do.
 */
@Component
class ScoringWork extends AttemptedWork<Attempt> implements DeviceWork {
    static final String NAME = "scoring";
    private static final Logger log = LoggerFactory.getLogger(ScoringWork.class);

    private final ScoringTurns turns;
    private final Scorers scorers;
    private final Checkpoints checkpoints;
    private final Models models;
    private final Tasks tasks;
    private final Home home;
    private final Artifacts artifacts;
    private final Ids ids;

    ScoringWork(
            ScoringTurns turns,
            Scorers scorers,
            Checkpoints checkpoints,
            Models models,
            Tasks tasks,
            Home home,
            Artifacts artifacts,
            Ids ids) {
        super(turns);
        this.turns = turns;
        this.scorers = scorers;
        this.checkpoints = checkpoints;
        this.models = models;
        this.tasks = tasks;
        this.home = home;
        this.artifacts = artifacts;
        this.ids = ids;
    }

    /** A task that has to be scored, and by what its score is known. */
    private record Open(int place, RegisteredTask task, @Nullable Integer limit, String sum) {}

    /** What is scored: where it lies, and what it is. */
    private record Subject(
            Path model, @Nullable Path checkpoint, @Nullable String kind, String content) {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    protected String verb() {
        return "score";
    }

    @Override
    protected Ending attempt(Attempt attempt, BooleanSupplier stopping)
            throws IOException, InterruptedException {
        Subject subject = subject(attempt);
        List<Open> open = open(attempt, subject);
        if (open.isEmpty() && attempt.truncation() == null) {
            turns.succeeded(attempt);
            return Ending.OVER;
        }
        for (int earlier = 1; earlier < attempt.number(); earlier++)
            FileSystemUtils.deleteRecursively(folder(attempt, earlier));
        Path folder = Files.createDirectories(folder(attempt, attempt.number()));
        try {
            Path runFile = folder.resolve("run.json");
            Files.writeString(runFile, Protocol.written(runOf(attempt, subject, open)));
            try (Answering<TrainerEvent.ScoringAnswer> process = scorers.start(folder, runFile)) {
                log.info("{} begins with {} tasks", attempt.id(), open.size());
                return watched(attempt, open, process, stopping);
            }
        } finally {
            FileSystemUtils.deleteRecursively(folder);
        }
    }

    /** Named after the attempt: a killed one may leave a whole model. */
    private Path folder(Attempt attempt, int number) {
        return home.root().resolve(".scoring-%s.%d".formatted(attempt.id(), number));
    }

    private Ending watched(
            Attempt attempt,
            List<Open> open,
            Answering<TrainerEvent.ScoringAnswer> process,
            BooleanSupplier stopping)
            throws InterruptedException {
        Optional<AnsweringEnding> ending = Optional.empty();
        while (ending.isEmpty()) {
            for (TrainerEvent.ScoringAnswer answer : process.answers(BETWEEN_LOOKS))
                switch (answer) {
                    case TrainerEvent.Evaluated scored -> file(attempt, open, scored);
                    case TrainerEvent.Truncated(var kept) -> turns.file(attempt, kept);
                }
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

    private void file(Attempt attempt, List<Open> open, TrainerEvent.Evaluated scored) {
        Open task =
                open.stream()
                        .filter(one -> one.place() == scored.step())
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        new IllegalStateException(
                                                "%s scored %s, which it was not asked"
                                                        .formatted(attempt.id(), scored.task())));
        turns.file(
                attempt,
                task.place(),
                new Evaluations.Scored(
                        ids.next("eval"),
                        task.sum(),
                        attempt.baseModel(),
                        scored.task(),
                        task.task().protocol().convention(),
                        scored.metrics(),
                        scored.items()));
        log.info("{} has scored {}", attempt.id(), scored.task());
    }

    /** The tasks that no equal score is kept of. */
    private List<Open> open(Attempt attempt, Subject subject) {
        List<Open> open = new ArrayList<>();
        for (int place = 0; place < attempt.tasks().size(); place++) {
            AskedTask asked = attempt.tasks().get(place);
            RegisteredTask task =
                    tasks.named(asked.name(), asked.plan())
                            .orElseThrow(
                                    () ->
                                            new CannotDo(
                                                    "there is no task '%s' any more"
                                                            .formatted(asked.name())));
            String sum =
                    new Fingerprint(
                                    subject.content(),
                                    task.name(),
                                    task.task().version(),
                                    task.contentOr(CannotDo::new).hash(),
                                    task.protocol().words(),
                                    asked.limit(),
                                    scorers.engine(bf16(attempt)))
                            .sum();
            if (!turns.known(attempt, place, sum))
                open.add(new Open(place, task, asked.limit(), sum));
        }
        return open;
    }

    private ScoringRun runOf(Attempt attempt, Subject subject, List<Open> open) {
        return new ScoringRun(
                subject.model().toString(),
                subject.checkpoint() == null ? null : subject.checkpoint().toString(),
                subject.kind(),
                attempt.truncation(),
                bf16(attempt),
                open.stream()
                        .map(
                                one ->
                                        new ScoringRun.Asked(
                                                one.place(),
                                                one.task().name(),
                                                one.task().definition(),
                                                one.task().protocol().convention(),
                                                one.task()
                                                        .contentOr(CannotDo::new)
                                                        .items()
                                                        .toString(),
                                                one.limit()))
                        .toList(),
                scorers.threads(),
                scorers.device());
    }

    private Subject subject(Attempt attempt) {
        BaseModel model =
                models.findByName(attempt.baseModel())
                        .filter(BaseModel::isReady)
                        .orElseThrow(
                                () ->
                                        new CannotDo(
                                                "the model '%s' is no longer there; register it again and score anew"
                                                        .formatted(attempt.baseModel())));
        if (attempt.checkpoint() == null)
            return new Subject(
                    model.directory(artifacts), null, null, model.contentHash().orElseThrow());
        Checkpoint checkpoint =
                checkpoints
                        .find(attempt.checkpoint())
                        .orElseThrow(
                                () ->
                                        new CannotDo(
                                                "checkpoint %s was deleted before it was scored"
                                                        .formatted(attempt.checkpoint())));
        return new Subject(
                model.directory(artifacts),
                checkpoint.verified(artifacts),
                checkpoint.kind(),
                content(model, checkpoint, attempt.truncation()));
    }

    /** What is cut down is made of both models. */
    private static String content(
            BaseModel model, Checkpoint checkpoint, @Nullable Truncation truncation) {
        if (truncation == null) return checkpoint.content();
        return Sha256.of(
                "%s\n%s\n%s"
                        .formatted(
                                Binder.JSON.writeValueAsString(truncation),
                                model.contentHash().orElseThrow(),
                                checkpoint.content()));
    }

    private static boolean bf16(Attempt attempt) {
        return attempt.precision() == ScoringPrecision.BF16;
    }
}
