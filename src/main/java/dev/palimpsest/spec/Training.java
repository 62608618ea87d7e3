package dev.palimpsest.spec;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The recipe: exactly one of {@code epochs}, {@code max_tokens} and {@code max_steps} says how
 * long.
 */
public record Training(
        @Nullable Double epochs,
        @Nullable Long maxTokens,
        @Nullable Long maxSteps,
        @Default("16") int batchSize,
        @Nullable Integer microBatchSize,
        @Default("512") int sequenceLength,
        @Default("false") boolean packing,
        @Default("{\"type\": \"adamw\"}") Optimizer optimizer,
        double learningRate,
        @Default("{\"type\": \"cosine\"}") Schedule schedule,
        @Default("1.0") double gradientClip,
        @Default("\"fp32\"") Precision precision,
        @Default("0.0") double attentionDropout,
        @Default("false") boolean activationCheckpointing,
        @Default("false") boolean optimizerInBackward,
        @Default("\"as_weights\"") OptimizerState optimizerState,
        @Default("false") boolean optimizerOffload,
        @Default("{}") OnDivergence onDivergence,
        @Default("17") long seed) {
    public Training {
        Faults faults = new Faults();
        long lengths = Stream.of(epochs, maxTokens, maxSteps).filter(x -> x != null).count();
        faults.require(
                lengths == 1,
                "/epochs",
                "exactly one of epochs, max_tokens and max_steps must be given, got " + lengths);
        if (epochs != null)
            faults.require(
                    epochs > 0 && epochs <= 10_000,
                    "/epochs",
                    "must be above 0 and at most 10000, got " + epochs);
        if (maxTokens != null) faults.between(maxTokens, 1, 1L << 50, "/max_tokens");
        if (maxSteps != null) faults.between(maxSteps, 1, 1L << 40, "/max_steps");
        faults.between(batchSize, 1, 1 << 20, "/batch_size");
        if (microBatchSize != null) {
            faults.require(
                    microBatchSize >= 1 && (batchSize < 1 || microBatchSize <= batchSize),
                    "/micro_batch_size",
                    "must be between 1 and batch_size, got " + microBatchSize);
        }
        faults.between(sequenceLength, 2, 1 << 20, "/sequence_length");
        faults.require(
                learningRate > 0 && learningRate <= 10,
                "/learning_rate",
                "must be above 0 and at most 10, got " + learningRate);
        faults.require(
                gradientClip >= 0,
                "/gradient_clip",
                "must be at least 0, where 0 clips nothing, got " + gradientClip);
        if (optimizerInBackward) {
            faults.require(
                    gradientClip == 0,
                    "/optimizer_in_backward",
                    "uses gradients up before the norm of all is known: set gradient_clip to 0");
            faults.require(
                    microBatchSize == null || microBatchSize == batchSize,
                    "/optimizer_in_backward",
                    "cannot add up micro-batches: leave micro_batch_size out");
        }
        faults.require(
                attentionDropout >= 0 && attentionDropout < 1,
                "/attention_dropout",
                "must be at least 0 and below 1, got " + attentionDropout);
        faults.between(seed, 0, Integer.MAX_VALUE, "/seed");
        faults.raise();
    }

    public Duration duration() {
        if (epochs != null) return new Duration.Epochs(epochs);
        if (maxTokens != null) return new Duration.Tokens(maxTokens);
        if (maxSteps != null) return new Duration.Steps(maxSteps);
        throw new IllegalStateException("no length");
    }

    /**
     * Rows of one forward and backward pass: the whole batch, unless a smaller number was asked
     * for.
     */
    public int rowsAtOnce() {
        return microBatchSize == null ? batchSize : microBatchSize;
    }
}
