package dev.palimpsest.trainer;

import dev.palimpsest.data.Batches;
import dev.palimpsest.model.Inference;
import dev.palimpsest.model.LanguageModel;
import dev.palimpsest.spec.Training;
import dev.palimpsest.torch.Device;
import dev.palimpsest.torch.Memory;
import dev.palimpsest.torch.Scope;
import dev.palimpsest.training.Checkpoint;
import dev.palimpsest.training.Checkpoint.Damaged;
import dev.palimpsest.training.Plan;
import dev.palimpsest.training.Trainee;
import dev.palimpsest.training.TrainingLoop;
import dev.palimpsest.training.TrainingLoop.Start;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** A run's way from one starting point: the model and its optimizer, in memory of their own. */
record Stretch(Scope scope, Trainee trainee, TrainingLoop loop, LanguageModel model)
        implements AutoCloseable {
    /** What is the same on every stretch of a run. */
    record Run(
            dev.palimpsest.trainer.Run file,
            Plan plan,
            Batches batches,
            int endOfText,
            BooleanSupplier stopped) {}

    /**
     * From a checkpoint, or from the beginning.
     *
     * @param rollbacks how often the run came back there, where the checkpoint does not say it
     */
    static Stretch from(Optional<Checkpoint> checkpoint, int rollbacks, Run run)
            throws Damaged, IOException {
        Training training = run.file().spec().training();
        if (checkpoint.isPresent()) checkpoint.get().fit(training, run.plan());
        Scope scope = Scope.open(new Device(run.file().device()));
        Memory memory = new Memory(scope);
        Trainee trainee =
                Trainee.of(
                        run.file().spec().method(),
                        training,
                        new Trainee.Origin(
                                Path.of(run.file().model()),
                                Optional.ofNullable(run.file().adapter()).map(Path::of),
                                checkpoint),
                        scope,
                        memory);
        Start start =
                checkpoint.isPresent()
                        ? Start.at(checkpoint.get(), rollbacks, training, scope, memory)
                        : Start.fresh(rollbacks);
        TrainingLoop loop =
                new TrainingLoop(
                        training,
                        run.plan(),
                        run.batches(),
                        trainee,
                        start,
                        scope,
                        memory,
                        run.stopped());
        LanguageModel model =
                new Stoppable(new Inference(trainee.decoder(), run.endOfText()), run.stopped());
        return new Stretch(scope, trainee, loop, model);
    }

    long step() {
        return loop.state().step();
    }

    @Override
    public void close() {
        loop.close();
        scope.close();
    }
}
