package dev.palimpsest.trainer;

import dev.palimpsest.data.Batch;
import dev.palimpsest.data.Tokenizer;
import dev.palimpsest.evaluation.TaskResult;
import dev.palimpsest.model.Architecture;
import dev.palimpsest.model.Documents;
import dev.palimpsest.model.UnsupportedModel;
import dev.palimpsest.spec.Guard;
import dev.palimpsest.spec.OnDivergence;
import dev.palimpsest.spec.Scorer;
import dev.palimpsest.spec.Training;
import dev.palimpsest.torch.Device;
import dev.palimpsest.torch.Memory;
import dev.palimpsest.trainer.TrainerProcess.EventLines;
import dev.palimpsest.training.Checkpoint;
import dev.palimpsest.training.Checkpoint.Damaged;
import dev.palimpsest.training.Checkpoint.SavedFile;
import dev.palimpsest.training.Cooling;
import dev.palimpsest.training.Diverged;
import dev.palimpsest.training.Plan;
import dev.palimpsest.training.TrainingLoop.StepReport;
import dev.palimpsest.training.TrainingLoop.Stopped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt from its run file: prepared, trained, saved and scored, each thing told as it
 * happens.
 */
final class RunningAttempt implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RunningAttempt.class);
    private static final int LOGGED_EVERY_SECONDS = 10;

    private final Run run;
    private final EventLines events;
    private final Clock clock;
    private final Tokenizer tokenizer;
    private final Plan plan;
    private final ReturnPoints points;
    private final Stretch.Run stretches;
    private final List<Batch> validation;
    private final Examiner examiner;
    private final Guards guards;
    private final Path folder;
    private final Device device;
    private long mostHeld;
    private @Nullable Instant trainingSince;
    private Stretch stretch;
    private long savedStep;
    private long loggedAt;

    private RunningAttempt(Run run, EventLines events, Tokenizer tokenizer, BooleanSupplier stopped)
            throws Damaged, IOException {
        this.run = run;
        this.events = events;
        this.clock = Clock.systemUTC();
        Instant began = clock.instant();
        this.device = new Device(run.device());
        this.tokenizer = tokenizer;
        this.folder = Files.createDirectories(Path.of(run.folder()));
        Training training = run.spec().training();
        fit(Architecture.of(Path.of(run.model())), tokenizer, training);
        TrainingData data = TrainingData.of(run, tokenizer, stopped);
        this.validation = data.validation();
        this.plan = Plan.of(run.spec(), data.batches(), cooling(run.trunk()));
        this.points = new ReturnPoints(run, plan);
        this.stretches = new Stretch.Run(run, plan, data.batches(), tokenizer.endOfText(), stopped);
        this.stretch = Stretch.from(points.newest(), 0, stretches);
        this.savedStep = stretch.step();
        this.examiner = new Examiner(run, tokenizer);
        this.guards = new Guards(run, plan);
        started(data);
        over(TrainerEvent.Part.LOAD, began);
    }

    private void started(TrainingData data) throws IOException {
        List<String> warnings = new ArrayList<>(points.damages());
        warnings.addAll(plan.warnings());
        warnings.addAll(data.warnings(run.spec().training()));
        warnings.addAll(guards.warnings());
        warnings.addAll(Leaks.warnings(run));
        warnings.forEach(LOG::warn);
        events.write(
                new TrainerEvent.Started(
                        stretch.step(),
                        plan.steps(),
                        stretch.trainee().trainableParameters(),
                        data.epoch(),
                        warnings));
        LOG.info(
                "{} documents in {} rows, {} tokens an epoch, steps {} to {}",
                data.epoch().documents(),
                data.epoch().rows(),
                data.epoch().tokensPerEpoch(),
                stretch.step() + 1,
                plan.steps());
    }

    static RunningAttempt start(Run run, EventLines events, BooleanSupplier stopped)
            throws Damaged, IOException {
        Tokenizer tokenizer = Tokenizer.open(Path.of(run.model()).resolve("tokenizer.json"));
        return new RunningAttempt(run, events, tokenizer, stopped);
    }

    /** Throws {@link Stopped} once it was asked to stop, with nothing lost of what was computed. */
    void toTheEnd() throws Damaged, IOException {
        try {
            if (run.trunk() != null) baseModelScored();
            while (!trained()) {}
        } catch (Stopped asked) {
            if (stretch.step() > savedStep) {
                save(true);
                stretch.loop().settle();
            }
            LOG.info("stopped after step {}", stretch.step());
            throw asked;
        } finally {
            trainedSoFar();
        }
        events.write(new TrainerEvent.Finished(stretch.step(), Memory.peakBytes()));
    }

    /**
     * To the last step or the one at which a guard ends it, or back to a checkpoint where the run
     * had lost its way.
     */
    private boolean trained() throws Damaged, IOException {
        try {
            if (plan.evaluations().contains(stretch.step()) || stretch.step() == 0) examined();
            while (!stretch.loop().finished() && !guards.endAt(stretch.step())) step();
            return true;
        } catch (Diverged diverged) {
            rollBack(diverged);
            return false;
        }
    }

    private void step() throws Damaged, IOException {
        if (trainingSince == null) trainingSince = clock.instant();
        StepReport report = stretch.loop().step();
        measured(report);
        if (!plan.savesAfter(report.state().step())) return;
        save(false);
        if (!plan.evaluations().contains(report.state().step())) return;
        stretch.loop().settle();
        examined();
    }

    /** Goes back to the last good checkpoint with a lower rate, if the spec asks for that. */
    private void rollBack(Diverged diverged) throws Damaged, IOException {
        events.write(new TrainerEvent.Diverged(diverged.step()));
        OnDivergence policy = run.spec().training().onDivergence();
        int rollbacks = stretch.loop().state().rollbacks();
        Optional<Checkpoint> good = points.newestBefore(diverged);
        long step = good.isPresent() ? good.get().step() : 0;
        if (rollbacks >= policy.rollbacks()) throw new CannotGoOn(diverged, step, rollbacks);
        String what =
                "%s; went back to step %d, rollback %d of at most %d, the learning rate times %s"
                        .formatted(
                                diverged.getMessage(),
                                step,
                                rollbacks + 1,
                                policy.most(),
                                policy.rateAfter(rollbacks + 1));
        LOG.warn(what);
        if (good.isPresent() && !points.isTrunks(good.get())) good.get().rolledBack(rollbacks + 1);
        stretch.close();
        stretch = Stretch.from(good, rollbacks + 1, stretches);
        savedStep = step;
        examiner.forgetAfter(step);
        guards.forgetAfter(step);
        events.write(new TrainerEvent.RolledBack(step, stretch.loop().state().tokens(), what));
    }

    private void measured(StepReport report) throws IOException {
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("train/loss", report.loss());
        values.put("train/learning_rate", report.learningRate());
        values.put("train/gradient_norm", report.gradientNorm());
        values.put("train/tokens", (double) report.state().tokens());
        values.put("train/tokens_per_second", report.tokensPerSecond());
        measured(values);
        long now = clock.millis() / 1000;
        if (now - loggedAt < LOGGED_EVERY_SECONDS && !stretch.loop().finished()) return;
        loggedAt = now;
        held();
        LOG.info(
                "step {} of {}: loss {}, {} tokens/s",
                report.state().step(),
                plan.steps(),
                "%.4f".formatted(report.loss()),
                "%.0f".formatted(report.tokensPerSecond()));
    }

    private void held() throws IOException {
        long used = device.usedBytes();
        mostHeld = Math.max(mostHeld, device.isCpu() ? Memory.peakBytes() : used);
        events.write(new TrainerEvent.Held(used, mostHeld));
    }

    /** From the first step after the last examination, or the first of all. */
    private void trainedSoFar() {
        if (trainingSince == null) return;
        over(TrainerEvent.Part.TRAIN, trainingSince);
        trainingSince = null;
    }

    private void over(TrainerEvent.Part part, Instant began) {
        events.write(new TrainerEvent.Phase(part, stretch.step(), began, clock.instant()));
    }

    private void measured(Map<String, Double> values) {
        measured(stretch.step(), stretch.loop().state().tokens(), values);
    }

    private void measured(long step, long tokens, Map<String, Double> values) {
        events.write(new TrainerEvent.Metrics(step, tokens, values, clock.instant()));
    }

    /**
     * Begins to save the last step.
     *
     * @param stopping whether that is so only because the run stops here
     */
    private void save(boolean stopping) throws Damaged, IOException {
        Instant began = clock.instant();
        savedStep = stretch.step();
        stretch.loop().save(folder, checkpoint -> saved(checkpoint, stopping, began));
    }

    private void saved(Checkpoint checkpoint, boolean stopping, Instant began)
            throws Damaged, IOException {
        points.add(checkpoint, savedStep);
        List<SavedFile> files = checkpoint.files();
        LOG.info(
                "step {}: saved {} MB, known {} ms after",
                savedStep,
                files.stream().mapToLong(SavedFile::bytes).sum() / 1_000_000,
                Duration.between(began, clock.instant()).toMillis());
        events.write(
                new TrainerEvent.CheckpointSaved(
                        savedStep,
                        (double) savedStep / plan.stepsPerEpoch(),
                        stretch.loop().state().tokens(),
                        stretch.trainee().kind(),
                        stopping,
                        plan.checkpoints().contains(savedStep),
                        checkpoint.folder().toString(),
                        files));
        events.write(
                new TrainerEvent.Phase(
                        TrainerEvent.Part.CHECKPOINT, savedStep, began, clock.instant()));
    }

    /**
     * Metrics, and what guards make of them, are told before the results they come from: a step
     * whose results are all stored has those stored too.
     */
    private void examined() {
        long step = stretch.step();
        if (examiner.knows(step)) return;
        trainedSoFar();
        Instant began = clock.instant();
        Map<String, Double> metrics = new LinkedHashMap<>();
        if (!validation.isEmpty()) metrics.put(Run.Past.VALIDATION_LOSS, validationLoss());
        List<TaskResult> results = List.of();
        if (step == 0 && examiner.knowsBase()) {
            metrics.putAll(examiner.baseMetrics());
        } else {
            Examiner.Report report = examiner.examine(step, stretch.model());
            metrics.putAll(report.metrics());
            results = report.results();
        }
        if (!metrics.isEmpty()) measured(metrics);
        Optional<Guards.Act> act = guards.judge(step, metrics);
        act.ifPresent(this::guarded);
        if (run.spec().evaluation().by() == Scorer.WORKER)
            events.write(new TrainerEvent.ToScore(step));
        scored(step, results);
        over(TrainerEvent.Part.EVALUATE, began);
        if (act.isPresent() && act.get().guard().action() == Guard.Action.PAUSE)
            throw new Stopped();
    }

    /** A branch begins with its trunk's weights; what it forgets is told from the base model. */
    private void baseModelScored() throws Damaged, IOException {
        if (run.spec().evaluation().by() == Scorer.WORKER) {
            events.write(new TrainerEvent.ToScore(0));
        } else if (examiner.knowsBase()) {
            measured(0, 0, examiner.baseMetrics());
        } else {
            stretch.close(); // the memory may not hold both
            try (Stretch base = Stretch.from(Optional.empty(), 0, stretches)) {
                Examiner.Report report = examiner.examine(0, base.model());
                measured(0, 0, report.metrics());
                scored(0, report.results());
            }
            stretch = Stretch.from(points.newest(), 0, stretches);
        }
    }

    private void scored(long step, List<TaskResult> results) {
        for (TaskResult result : results)
            events.write(
                    new TrainerEvent.Evaluated(
                            step, result.task(), result.metrics(), result.items()));
    }

    private void guarded(Guards.Act act) {
        LOG.warn(act.words());
        events.write(
                new TrainerEvent.Guarded(
                        stretch.step(),
                        act.guard(),
                        act.values(),
                        act.resultStep(),
                        act.words(),
                        clock.instant()));
    }

    private double validationLoss() {
        double sum = 0;
        long learned = 0;
        for (Batch batch : validation) {
            if (stretches.stopped().getAsBoolean()) throw new Stopped();
            double mean =
                    stretch.trainee()
                            .decoder()
                            .loss(new Documents(batch.ids(), batch.lengths()), batch.labels());
            sum += batch.learned() * mean;
            learned += batch.learned();
        }
        LOG.info("step {}: validation loss {}", stretch.step(), "%.4f".formatted(sum / learned));
        return sum / learned;
    }

    private static @Nullable Cooling cooling(Run.@Nullable Trunk trunk) {
        return trunk == null ? null : new Cooling(trunk.step(), trunk.steps());
    }

    private static void fit(Architecture architecture, Tokenizer tokenizer, Training training) {
        if (tokenizer.vocabularySize() > architecture.vocabulary())
            throw new UnsupportedModel(
                    "the tokenizer has %d tokens, the model's vocabulary only %d"
                            .formatted(tokenizer.vocabularySize(), architecture.vocabulary()));
        if (training.sequenceLength() > architecture.longest())
            throw new UnsupportedModel(
                    "sequence_length is %d, the model's longest is %d"
                            .formatted(training.sequenceLength(), architecture.longest()));
    }

    @Override
    public void close() {
        stretch.close();
        tokenizer.close();
    }
}
