package dev.palimpsest.trainer;

import dev.palimpsest.data.Batch;
import dev.palimpsest.data.Tokenizer;
import dev.palimpsest.evaluation.TaskResult;
import dev.palimpsest.model.Architecture;
import dev.palimpsest.model.Documents;
import dev.palimpsest.model.Inference;
import dev.palimpsest.model.UnsupportedModel;
import dev.palimpsest.spec.Training;
import dev.palimpsest.torch.Memory;
import dev.palimpsest.torch.Scope;
import dev.palimpsest.trainer.TrainerProcess.EventLines;
import dev.palimpsest.training.Checkpoint;
import dev.palimpsest.training.Plan;
import dev.palimpsest.training.Trainee;
import dev.palimpsest.training.TrainingLoop;
import dev.palimpsest.training.TrainingLoop.Start;
import dev.palimpsest.training.TrainingLoop.StepReport;
import dev.palimpsest.training.TrainingLoop.Stopped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
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
    private final Scope scope;
    private final Tokenizer tokenizer;
    private final Plan plan;
    private final Trainee trainee;
    private final TrainingLoop loop;
    private final List<Batch> validation;
    private final Examiner examiner;
    private final Path folder;
    private final BooleanSupplier stopped;
    private long savedStep;
    private long loggedAt;

    private RunningAttempt(
            Run run, EventLines events, Scope scope, Tokenizer tokenizer, BooleanSupplier stopped)
            throws IOException {
        this.run = run;
        this.events = events;
        this.stopped = stopped;
        this.clock = Clock.systemUTC();
        this.scope = scope;
        this.tokenizer = tokenizer;
        this.folder = Files.createDirectories(Path.of(run.folder()));
        Training training = run.spec().training();
        Path model = Path.of(run.model());
        fit(Architecture.of(model), tokenizer, training);
        TrainingData data = TrainingData.of(run, tokenizer, stopped);
        this.validation = data.validation();
        this.plan = Plan.of(run.spec(), data.batches());
        Memory memory = new Memory(scope);
        Optional<Checkpoint> resumed =
                Optional.ofNullable(run.resumeFrom()).map(Path::of).map(Checkpoint::new);
        this.trainee =
                Trainee.of(
                        run.spec().method(),
                        training.precision(),
                        training.seed(),
                        new Trainee.Origin(
                                model, Optional.ofNullable(run.adapter()).map(Path::of), resumed),
                        scope,
                        memory);
        Start start = resumed.isPresent() ? Start.at(resumed.get(), scope, memory) : Start.fresh();
        this.loop =
                new TrainingLoop(
                        training, plan, data.batches(), trainee, start, scope, memory, stopped);
        this.examiner =
                new Examiner(
                        run,
                        new Stoppable(
                                new Inference(trainee.decoder(), tokenizer.endOfText()), stopped),
                        tokenizer);
        this.savedStep = loop.state().step();
        started(data);
    }

    private void started(TrainingData data) throws IOException {
        List<String> warnings = new ArrayList<>(plan.warnings());
        warnings.addAll(data.warnings(run.spec().training()));
        warnings.addAll(Leaks.warnings(run));
        warnings.forEach(LOG::warn);
        long step = loop.state().step();
        events.write(
                new TrainerEvent.Started(
                        step, plan.steps(), trainee.trainableParameters(), data.epoch(), warnings));
        LOG.info(
                "{} documents in {} rows, {} tokens an epoch, steps {} to {}",
                data.epoch().documents(),
                data.epoch().rows(),
                data.epoch().tokensPerEpoch(),
                step + 1,
                plan.steps());
    }

    static RunningAttempt start(Run run, EventLines events, BooleanSupplier stopped)
            throws IOException {
        Scope scope = Scope.open();
        Tokenizer tokenizer = Tokenizer.open(Path.of(run.model()).resolve("tokenizer.json"));
        return new RunningAttempt(run, events, scope, tokenizer, stopped);
    }

    /** Throws {@link Stopped} once it was asked to stop, with nothing lost of what was computed. */
    void toTheEnd() throws IOException {
        try {
            trained();
        } catch (Stopped asked) {
            if (loop.state().step() > savedStep) save();
            LOG.info("stopped after step {}", loop.state().step());
            throw asked;
        }
        events.write(new TrainerEvent.Finished(loop.state().step(), Memory.peakBytes()));
    }

    private void trained() throws IOException {
        if (plan.evaluations().contains(loop.state().step()) || loop.state().step() == 0)
            examined();
        while (!loop.finished()) {
            StepReport report = loop.step();
            measured(report);
            if (!plan.savesAfter(report.state().step())) continue;
            save();
            if (plan.evaluations().contains(report.state().step())) examined();
        }
    }

    private void measured(StepReport report) {
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("train/loss", report.loss());
        values.put("train/learning_rate", report.learningRate());
        values.put("train/gradient_norm", report.gradientNorm());
        values.put("train/tokens", (double) report.state().tokens());
        values.put("train/tokens_per_second", report.tokensPerSecond());
        measured(values);
        long now = clock.millis() / 1000;
        if (now - loggedAt < LOGGED_EVERY_SECONDS && !loop.finished()) return;
        loggedAt = now;
        LOG.info(
                "step {} of {}: loss {}, {} tokens/s",
                report.state().step(),
                plan.steps(),
                "%.4f".formatted(report.loss()),
                "%.0f".formatted(report.tokensPerSecond()));
    }

    private void measured(Map<String, Double> values) {
        events.write(
                new TrainerEvent.Metrics(
                        loop.state().step(), loop.state().tokens(), values, clock.instant()));
    }

    private void save() throws IOException {
        Checkpoint checkpoint = loop.save(folder);
        savedStep = loop.state().step();
        events.write(
                new TrainerEvent.CheckpointSaved(
                        loop.state().step(),
                        (double) loop.state().step() / plan.stepsPerEpoch(),
                        loop.state().tokens(),
                        trainee.kind(),
                        checkpoint.folder().toString(),
                        checkpoint.files()));
    }

    /**
     * Metrics are told before the results they come from: a step whose results are all stored has
     * its metrics stored too.
     */
    private void examined() {
        long step = loop.state().step();
        if (examiner.knows(step)) return;
        Map<String, Double> metrics = new LinkedHashMap<>();
        if (!validation.isEmpty()) metrics.put("validation/loss", validationLoss());
        List<TaskResult> results = List.of();
        if (step == 0 && examiner.knowsBase()) {
            metrics.putAll(examiner.baseMetrics());
        } else {
            Examiner.Report report = examiner.examine(step);
            metrics.putAll(report.metrics());
            results = report.results();
        }
        if (!metrics.isEmpty()) measured(metrics);
        for (TaskResult result : results)
            events.write(
                    new TrainerEvent.Evaluated(
                            step, result.task(), result.metrics(), result.items()));
    }

    private double validationLoss() {
        double sum = 0;
        long learned = 0;
        for (Batch batch : validation) {
            if (stopped.getAsBoolean()) throw new Stopped();
            double mean =
                    trainee.decoder()
                            .loss(new Documents(batch.ids(), batch.lengths()), batch.labels());
            sum += batch.learned() * mean;
            learned += batch.learned();
        }
        LOG.info(
                "step {}: validation loss {}",
                loop.state().step(),
                "%.4f".formatted(sum / learned));
        return sum / learned;
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
        scope.close();
        tokenizer.close();
    }
}
