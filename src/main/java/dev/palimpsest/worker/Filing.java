package dev.palimpsest.worker;

import dev.palimpsest.artifacts.Artifacts;
import dev.palimpsest.jobs.Checkpoint;
import dev.palimpsest.jobs.CheckpointFiled;
import dev.palimpsest.jobs.Checkpoints;
import dev.palimpsest.jobs.EpochData;
import dev.palimpsest.jobs.GuardActed;
import dev.palimpsest.jobs.Guarded;
import dev.palimpsest.jobs.Job;
import dev.palimpsest.jobs.StepToScore;
import dev.palimpsest.jobs.StepsForgotten;
import dev.palimpsest.jobs.Turn;
import dev.palimpsest.jobs.Turns;
import dev.palimpsest.jobs.Wish;
import dev.palimpsest.metrics.Evaluations;
import dev.palimpsest.metrics.LogLine;
import dev.palimpsest.metrics.Logs;
import dev.palimpsest.metrics.Metrics;
import dev.palimpsest.telemetry.Traces;
import dev.palimpsest.trainer.TrainerEvent;
import dev.palimpsest.web.Ids;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;

/**
 * Stores what a trainer says, a batch in one transaction and in the order of the telling: where a
 * checkpoint is stored, everything measured before it is stored too.
 */
@Component
class Filing {
    private final Turns turns;
    private final Artifacts artifacts;
    private final Checkpoints checkpoints;
    private final Metrics metrics;
    private final Evaluations evaluations;
    private final Logs logs;
    private final Workers workers;
    private final Traces traces;
    private final ApplicationEventPublisher published;
    private final Ids ids;

    Filing(
            Turns turns,
            Artifacts artifacts,
            Checkpoints checkpoints,
            Metrics metrics,
            Evaluations evaluations,
            Logs logs,
            Workers workers,
            Traces traces,
            ApplicationEventPublisher published,
            Ids ids) {
        this.turns = turns;
        this.artifacts = artifacts;
        this.checkpoints = checkpoints;
        this.metrics = metrics;
        this.evaluations = evaluations;
        this.logs = logs;
        this.workers = workers;
        this.traces = traces;
        this.published = published;
        this.ids = ids;
    }

    /**
     * What is to be done now.
     *
     * @param wish of the job's owner
     * @param forgotten checkpoints that are no longer filed, and whose folders may go
     */
    record Filed(Wish wish, List<Checkpoint> forgotten) {}

    Filed file(Assignment assignment, List<TrainerEvent> events, List<LogLine> lines) {
        Turn turn = assignment.turn();
        for (TrainerEvent event : events)
            if (event instanceof TrainerEvent.CheckpointSaved saved)
                artifacts.store(Path.of(saved.folder()), Checkpoint.artifacts(files(saved)));
        Batch batch = new Batch(new ArrayList<>(), new ArrayList<>());
        Wish wish =
                turns.file(
                        turn,
                        job -> {
                            for (TrainerEvent event : events) file(assignment, job, event, batch);
                            metrics.file(turn.job(), batch.measured());
                            logs.add(turn.job(), turn.attempt(), lines);
                        });
        return new Filed(wish, batch.forgotten());
    }

    /** What becomes of several events together. */
    private record Batch(List<Metrics.Measured> measured, List<Checkpoint> forgotten) {}

    private void file(Assignment assignment, Job job, TrainerEvent event, Batch batch) {
        switch (event) {
            case TrainerEvent.Started started ->
                    job.planned(
                            started.totalSteps(),
                            started.trainableParameters(),
                            epoch(started.data()),
                            started.warnings());
            case TrainerEvent.Metrics(var step, var tokens, var values, var at) -> {
                batch.measured().add(new Metrics.Measured(step, values, at));
                job.reached(step, tokens);
            }
            case TrainerEvent.CheckpointSaved saved -> {
                checkpoints.save(checkpoint(assignment, saved));
                job.saved();
                published.publishEvent(new CheckpointFiled(job.id(), saved.step()));
            }
            case TrainerEvent.Diverged _ -> job.lostItsWay();
            case TrainerEvent.RolledBack(var step, var tokens, var reason) -> {
                batch.measured().removeIf(measured -> measured.step() > step);
                metrics.forgetAfter(job.id(), step);
                evaluations.forgetAfter(job.id(), step);
                batch.forgotten().addAll(checkpoints.forgetAfter(job.id(), step));
                published.publishEvent(new StepsForgotten(job.id(), step));
                job.wentBack(step, tokens, reason);
            }
            case TrainerEvent.Guarded said -> {
                Guarded act = guarded(job, said);
                job.guarded(act, said.at());
                published.publishEvent(new GuardActed(job.id(), act));
            }
            case TrainerEvent.Evaluated scored -> file(assignment, scored);
            case TrainerEvent.ToScore(var step) ->
                    published.publishEvent(new StepToScore(job.id(), step));
            case TrainerEvent.Held(var used, var peak) ->
                    workers.holds(assignment.turn(), used, peak);
            case TrainerEvent.Phase(var part, var step, var began, var ended) ->
                    traces.tell(
                            part.word(),
                            began,
                            ended,
                            Map.of("palimpsest.step", Long.toString(step)));
            case TrainerEvent.Truncated _ ->
                    throw new IllegalStateException("a trainer cuts nothing down");
            case TrainerEvent.Decomposed _ ->
                    throw new IllegalStateException("a trainer compares no matrices");
            case TrainerEvent.CompletionAnswer _ ->
                    throw new IllegalStateException("a trainer writes no completions");
            case TrainerEvent.Finished _, TrainerEvent.Failed _ -> {}
        }
    }

    private Guarded guarded(Job job, TrainerEvent.Guarded act) {
        return new Guarded(
                act.guard(),
                act.step(),
                act.values().stream()
                        .map(one -> new Guarded.Value(one.step(), one.value()))
                        .toList(),
                act.words(),
                act.resultStep(),
                Optional.ofNullable(act.resultStep())
                        .flatMap(step -> checkpoints.atStep(job.id(), step))
                        .map(Checkpoint::id)
                        .orElse(null));
    }

    private void file(Assignment assignment, TrainerEvent.Evaluated scored) {
        String job = assignment.turn().job();
        String weights =
                scored.step() == 0
                        ? assignment.modelContent()
                        : checkpoints
                                .atStep(job, scored.step())
                                .map(Checkpoint::content)
                                .orElseThrow(() -> unsaved(job, scored));
        evaluations.file(
                job,
                scored.step(),
                new Evaluations.Scored(
                        ids.next("eval"),
                        assignment.fingerprint(scored.task(), weights).sum(),
                        assignment.model(),
                        scored.task(),
                        assignment.convention(scored.task()),
                        scored.metrics(),
                        scored.items()));
    }

    private Checkpoint checkpoint(Assignment assignment, TrainerEvent.CheckpointSaved saved) {
        List<Checkpoint.File> files = files(saved);
        return new Checkpoint(
                ids.next("ckpt"),
                assignment.turn().job(),
                assignment.turn().attempt(),
                saved.step(),
                saved.epoch(),
                saved.tokens(),
                saved.kind(),
                saved.interim(),
                saved.whole(),
                true,
                assignment.belowHome(Path.of(saved.folder())),
                files,
                Checkpoints.content(files));
    }

    private static List<Checkpoint.File> files(TrainerEvent.CheckpointSaved saved) {
        return saved.files().stream()
                .map(file -> new Checkpoint.File(file.path(), file.bytes(), file.sha256()))
                .toList();
    }

    private static EpochData epoch(TrainerEvent.EpochData data) {
        return new EpochData(
                data.documents(), data.rows(), data.tokensPerEpoch(), data.documentsPerRow());
    }

    private static IllegalStateException unsaved(String job, TrainerEvent.Evaluated scored) {
        return new IllegalStateException(
                "the trainer of job %s scored %s at step %d, of which it saved no checkpoint"
                        .formatted(job, scored.task(), scored.step()));
    }
}
