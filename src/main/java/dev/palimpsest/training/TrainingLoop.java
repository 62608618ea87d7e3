package dev.palimpsest.training;

import dev.palimpsest.data.Batch;
import dev.palimpsest.data.Batches;
import dev.palimpsest.model.Decoder;
import dev.palimpsest.model.Documents;
import dev.palimpsest.spec.Training;
import dev.palimpsest.torch.Memory;
import dev.palimpsest.torch.Scope;
import dev.palimpsest.torch.Tensor;
import dev.palimpsest.training.Checkpoint.Damaged;
import dev.palimpsest.training.Rule.Rate;
import dev.palimpsest.training.WrittenFile.NoNumber;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Step after step: forward, backward, clip, update. Everything random is seeded by the step's
 * number, so that a run which was cut off goes on with the same digits on a CPU.
 */
public final class TrainingLoop implements AutoCloseable {
    /** The place of an update among a step's micro-batches, behind all of them. */
    private static final int UPDATE = 1_008;

    private static final long FEWEST_LABELS = 8; // the mean of fewer leaps by itself

    private final Training training;
    private final Plan plan;
    private final Batches batches;
    private final Trainee trainee;
    private final Updates updates;
    private final Scope owner;
    private final BooleanSupplier stopped;
    private TrainingState state;
    private @Nullable Saving saving;

    /** Where a run begins: at step 0, or where a checkpoint left it. */
    public record Start(TrainingState state, Map<String, Tensor> optimizer) {
        /** At step 0, to which the run came back so many times. */
        public static Start fresh(int rollbacks) {
            return new Start(TrainingState.fresh(rollbacks), Map.of());
        }

        /** At a checkpoint, to which the run came back so many times or as often as that says. */
        public static Start at(
                Checkpoint checkpoint, int rollbacks, Training training, Scope scope, Memory memory)
                throws Damaged, IOException {
            Scope keeper = Updates.keeper(training.optimizerOffload(), scope);
            TrainingState saved = checkpoint.state();
            return new Start(
                    saved.rolledBack(Math.max(saved.rollbacks(), rollbacks)),
                    checkpoint.optimizer(keeper, memory));
        }
    }

    /** What a step measured; the loss is the mean over the batch's labels, in nats a token. */
    public record StepReport(
            TrainingState state,
            double loss,
            double learningRate,
            double gradientNorm,
            double tokensPerSecond) {}

    /** Hears that a checkpoint is written, on the run's own thread. */
    @FunctionalInterface
    public interface Saved {
        void accept(Checkpoint checkpoint) throws Damaged, IOException;
    }

    /** The run was asked to stop. */
    public static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    public TrainingLoop(
            Training training,
            Plan plan,
            Batches batches,
            Trainee trainee,
            Start start,
            Scope owner,
            Memory memory,
            BooleanSupplier stopped) {
        this.training = training;
        this.plan = plan;
        this.batches = batches;
        this.trainee = trainee;
        this.updates =
                new Updates(
                        Updates.Options.of(training),
                        trainee.ratio(),
                        trainee.decoder().parameters(),
                        start.optimizer(),
                        owner,
                        memory);
        this.state = start.state();
        this.owner = owner;
        this.stopped = stopped;
    }

    public TrainingState state() {
        return state;
    }

    public boolean finished() {
        return state.step() >= plan.steps();
    }

    /** One update of the weights, before which a checkpoint still being written is settled. */
    public StepReport step() throws Damaged, IOException {
        long began = System.nanoTime();
        Decoder decoder = trainee.decoder();
        Batch batch = batches.batch(state.step());
        double lowered = training.onDivergence().rateAfter(state.rollbacks());
        double rate = training.learningRate() * plan.multiple(state.step()) * lowered;
        try (Scope scope = owner.nested()) {
            if (training.optimizerInBackward()) {
                settle();
                Rate now = new Rate(rate, training.learningRate() * lowered);
                return inBackward(batch, now, scope, began);
            }
            double loss = 0;
            int part = 0;
            for (Batch micro : parts(batch)) {
                obey();
                loss +=
                        decoder.backward(
                                new Documents(micro.ids(), micro.lengths()),
                                micro.labels(),
                                batch.learned(),
                                pass(part++));
            }
            settle();
            double norm = updates.clip(training.gradientClip(), scope);
            refuse(loss, norm, batch.learned(), rate);
            Memory.seed(pass(UPDATE).seed());
            updates.update(new Rate(rate, training.learningRate() * lowered), scope);
            return updated(batch, loss, rate, norm, began);
        }
    }

    /** Every block is updated as soon as its gradients are known, which are let go then. */
    private StepReport inBackward(Batch batch, Rate rate, Scope scope, long began)
            throws Damaged, IOException {
        obey();
        UpdatesInBackward listener = new UpdatesInBackward(batch.learned(), rate, scope);
        double loss =
                trainee.decoder()
                        .backward(
                                new Documents(batch.ids(), batch.lengths()),
                                batch.labels(),
                                batch.learned(),
                                pass(0),
                                listener);
        return updated(batch, loss, rate.now(), Math.sqrt(listener.squares), began);
    }

    private StepReport updated(Batch batch, double loss, double rate, double norm, long began) {
        trainee.decoder().updated();
        state = state.after(batch.tokens(), loss);
        double seconds = (System.nanoTime() - began) / 1e9;
        return new StepReport(state, loss, rate, norm, batch.tokens() / seconds);
    }

    /** Refuses a block's update like a whole one; what was updated before it is never saved. */
    private final class UpdatesInBackward implements Decoder.Listener {
        private final long labels;
        private final Rate rate;
        private final Scope scope;
        private double squares;

        UpdatesInBackward(long labels, Rate rate, Scope scope) {
            this.labels = labels;
            this.rate = rate;
            this.scope = scope;
        }

        @Override
        public void loss(double share) {
            refuse(share, 0, labels, rate.now());
        }

        @Override
        public void gradients(OptionalInt layer) {
            double norm = updates.norm(layer, scope);
            refuse(0, norm, 0, rate.now());
            squares += norm * norm;
            Memory.seed(pass(UPDATE).seed() - layer.orElse(-1));
            updates.update(layer, rate, scope);
        }
    }

    /** As many rows at once as the spec says, or else as keep activations small. */
    private List<Batch> parts(Batch batch) {
        return training.microBatchSize() == null
                ? batch.within(trainee.decoder().tokensAtOnce(training.activationCheckpointing()))
                : batch.microBatches(training.microBatchSize());
    }

    /** What is random in a micro-batch depends on nothing but its place in the run. */
    private Decoder.Pass pass(int part) {
        return new Decoder.Pass(
                training.attentionDropout(),
                training.activationCheckpointing(),
                training.seed() + 1_000_003 * (state.step() * 1_009 + part));
    }

    /** Before the update, which would carry what is no number into the weights. */
    private void refuse(double loss, double norm, long labels, double rate) {
        String what;
        if (!Double.isFinite(loss)) what = "the loss became " + loss;
        else if (!Double.isFinite(norm)) what = "the gradient norm became " + norm;
        else if (labels >= FEWEST_LABELS && state.rise(loss) > training.onDivergence().spike())
            what = "the loss leapt by %.3g to %.3g".formatted(state.rise(loss), loss);
        else return;
        throw new Diverged(state.step() + 1, what, rate);
    }

    private void obey() throws Damaged, IOException {
        if (!stopped.getAsBoolean()) return;
        settle();
        throw new Stopped();
    }

    /**
     * Begins to save the weights and what is needed to go on, into a folder of its own. It is told
     * once it is written, at the latest before the next update.
     */
    public void save(Path parent, Saved then) throws Damaged, IOException {
        settle();
        Checkpoint.Progress progress = new Checkpoint.Progress(state, Course.of(training, plan));
        saving =
                Saving.begun(
                        () ->
                                Checkpoint.write(
                                        parent, progress, trainee.artifact(), updates.state()),
                        then);
    }

    /** Waits for the checkpoint that is being written, if one is. */
    public void settle() throws Damaged, IOException {
        if (saving == null) return;
        Saving begun = saving;
        saving = null;
        try {
            begun.settle();
        } catch (NoNumber tensor) {
            throw new Diverged(
                    state.step(),
                    "the weights or their optimizer state (%s) became no numbers"
                            .formatted(tensor.getMessage()),
                    training.learningRate());
        }
    }

    /** Waits until no tensor is read any more. */
    @Override
    public void close() {
        if (saving != null) saving.end();
    }
}
