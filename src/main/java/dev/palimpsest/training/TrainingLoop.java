package dev.palimpsest.training;

import dev.palimpsest.data.Batch;
import dev.palimpsest.data.Batches;
import dev.palimpsest.model.Decoder;
import dev.palimpsest.model.Documents;
import dev.palimpsest.spec.Training;
import dev.palimpsest.torch.Memory;
import dev.palimpsest.torch.Scope;
import dev.palimpsest.torch.Tensor;
import dev.palimpsest.training.Rule.Rate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Step after step: forward, backward, clip, update. Everything random is seeded by the step's
 * number, so that a run which was cut off goes on with the same digits on a CPU.
 */
public final class TrainingLoop {
    private final Training training;
    private final Plan plan;
    private final Batches batches;
    private final Trainee trainee;
    private final Updates updates;
    private final Scope owner;
    private final BooleanSupplier stopped;
    private TrainingState state;

    /** Where a run begins: at step 0, or where a checkpoint left it. */
    public record Start(TrainingState state, Map<String, Tensor> optimizer) {
        public static Start fresh() {
            return new Start(new TrainingState(0, 0), Map.of());
        }

        public static Start at(Checkpoint checkpoint, Scope scope, Memory memory)
                throws IOException {
            return new Start(checkpoint.state(), checkpoint.optimizer(scope, memory));
        }
    }

    /** What a step measured; the loss is the mean over the batch's labels, in nats a token. */
    public record StepReport(
            TrainingState state,
            double loss,
            double learningRate,
            double gradientNorm,
            double tokensPerSecond) {}

    /** The run was asked to stop. */
    public static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** The loss is no number any more. */
    public static final class Diverged extends RuntimeException {
        private static final long serialVersionUID = 1;

        Diverged(long step, double loss, double rate) {
            super(
                    "the loss became %s at step %d with learning rate %.3g; try a lower learning rate"
                            .formatted(loss, step, rate));
        }
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
                        training.optimizer(),
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

    /** One update of the weights. */
    public StepReport step() {
        long began = System.nanoTime();
        Decoder decoder = trainee.decoder();
        Batch batch = batches.batch(state.step());
        double rate =
                training.learningRate() * training.schedule().multiple(state.step(), plan.steps());
        try (Scope scope = owner.nested()) {
            double loss = 0;
            int part = 0;
            for (Batch micro : parts(batch)) {
                if (stopped.getAsBoolean()) throw new Stopped();
                loss +=
                        decoder.backward(
                                new Documents(micro.ids(), micro.lengths()),
                                micro.labels(),
                                batch.learned(),
                                pass(part++));
            }
            double norm = updates.clip(training.gradientClip(), scope);
            if (!Double.isFinite(loss) || !Double.isFinite(norm))
                throw new Diverged(state.step() + 1, loss, rate);
            updates.update(new Rate(rate, training.learningRate()), scope);
            decoder.updated();
            state = new TrainingState(state.step() + 1, state.tokens() + batch.tokens());
            double seconds = (System.nanoTime() - began) / 1e9;
            return new StepReport(state, loss, rate, norm, batch.tokens() / seconds);
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

    /** Saves the weights and what is needed to go on, into {@code parent/step-N}. */
    public Checkpoint save(Path parent) throws IOException {
        return Checkpoint.write(parent, state, trainee.artifact(), updates.state());
    }
}
