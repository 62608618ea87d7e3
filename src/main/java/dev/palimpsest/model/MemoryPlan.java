package dev.palimpsest.model;

import dev.palimpsest.spec.Method;
import dev.palimpsest.spec.Method.Lora;
import dev.palimpsest.spec.Method.Variant;
import dev.palimpsest.spec.Optimizer;
import dev.palimpsest.spec.OptimizerState;
import dev.palimpsest.spec.Precision;
import dev.palimpsest.spec.Projection;
import dev.palimpsest.spec.Training;
import java.util.List;
import java.util.Objects;

/**
 * The bytes that a trainer takes on its device at most, part by part, from sizes alone: nothing is
 * read but the model's architecture.
 *
 * @param weights those of the model, copies in the passes' number format, and the adapter
 * @param packedWeights a LoRA's frozen fp32 matrices once more, in the order in which a processor
 *     multiplies fastest; an accelerator has none, nor has who computes activations twice
 * @param activations what the forward pass keeps for the backward pass
 * @param workspace what is there for a moment: logits, a block's gradients, an update's terms
 * @param host what lies in the host's memory instead: the optimizer's state, if it is offloaded
 * @param process the JVM, libtorch, and what the allocator keeps for the next step
 * @param peak all of them, or more where the weights' conversion on loading takes more than a step
 */
public record MemoryPlan(
        long weights,
        long packedWeights,
        long gradients,
        long optimizer,
        long activations,
        long workspace,
        long host,
        long process,
        long peak) {

    /** What a trainer of a model of 180 thousand weights took besides its tensors. */
    private static final long BARE_PROCESS = 230_000_000;

    /**
     * glibc gives a heap's free end back only from 64 MiB on, and a trainer has two heaps; measured
     * were 70 to 310 MB, with holes that nothing fitted into.
     */
    private static final long KEPT_FREE = 2L * 64 * 1024 * 1024;

    /**
     * The estimate for the longest micro-batch that the spec allows.
     *
     * @param stored bytes of a number in the model's files
     */
    public static MemoryPlan of(
            Architecture architecture, int stored, Method method, Training training) {
        return new Estimate(architecture, stored, method, training).plan();
    }

    /** How many numbers the method trains. */
    public static long trainableParameters(Architecture architecture, Method method) {
        return switch (method) {
            case Method.Full() -> architecture.parameters();
            case Lora lora -> matrices(architecture, lora) + magnitudes(architecture, lora);
        };
    }

    /** The most tokens of one forward and backward pass. */
    public static long microBatchTokens(Architecture architecture, Training training) {
        long rows = training.rowsAtOnce();
        long asked = rows * training.sequenceLength();
        if (training.microBatchSize() != null || training.optimizerInBackward()) return asked;
        long most = architecture.tokensAtOnce(training.activationCheckpointing());
        return Math.min(asked, Math.max(most, training.sequenceLength()));
    }

    private static long matrices(Architecture architecture, Lora lora) {
        return Adapter.modules(lora, architecture).stream()
                .map(module -> shape(architecture, module))
                .mapToLong(shape -> lora.rank() * (shape.getFirst() + shape.getLast()))
                .sum();
    }

    private static long magnitudes(Architecture architecture, Lora lora) {
        return lora.hasMagnitudes() ? outputs(architecture, lora) : 0;
    }

    private static long outputs(Architecture architecture, Lora lora) {
        return Adapter.modules(lora, architecture).stream()
                .mapToLong(module -> shape(architecture, module).getFirst())
                .sum();
    }

    private static List<Long> shape(Architecture architecture, String module) {
        return Objects.requireNonNull(architecture.shapes().get(module + ".weight"), module);
    }

    /** The sums, in the words of {@code decoder.py}. */
    private record Estimate(
            Architecture architecture, int stored, Method method, Training training) {
        private static final long FLOAT = 4;

        MemoryPlan plan() {
            long passing = activations() + workspace(); // no more can have been given back
            long process = BARE_PROCESS + Math.min(KEPT_FREE, passing) + holes();
            long step = weights() + packedWeights() + gradients() + optimizer() + passing + process;
            return new MemoryPlan(
                    weights(),
                    packedWeights(),
                    gradients(),
                    optimizer(),
                    activations(),
                    workspace(),
                    host(),
                    process,
                    Math.max(step, BARE_PROCESS + loading()));
        }

        private long weights() {
            long model = architecture.parameters();
            return switch (method) {
                case Method.Full() -> model * (master() + (copies() ? computed() : 0));
                case Lora lora -> model * computed() + adapter(lora);
            };
        }

        /** Masters in fp32, copies in the passes' format, and what the variant adds. */
        private long adapter(Lora lora) {
            long matrices = matrices(architecture, lora);
            long bytes = matrices * (FLOAT + (computed() == FLOAT ? 0 : computed()));
            bytes += 2 * FLOAT * magnitudes(architecture, lora);
            if (lora.variant() != Variant.PISSA) return bytes;
            long residual =
                    Adapter.modules(lora, architecture).stream()
                            .map(module -> shape(architecture, module))
                            .mapToLong(shape -> shape.getFirst() * shape.getLast())
                            .sum();
            return bytes + FLOAT * matrices + computed() * residual;
        }

        private long packedWeights() {
            boolean some = method instanceof Lora && computed() == FLOAT;
            if (!some || training.activationCheckpointing()) return 0;
            return FLOAT
                    * architecture.shapes().entrySet().stream()
                            .filter(weight -> weight.getKey().startsWith("model.layers."))
                            .filter(weight -> weight.getValue().size() == 2)
                            .mapToLong(
                                    weight ->
                                            weight.getValue().getFirst()
                                                    * weight.getValue().getLast())
                            .sum();
        }

        private long gradients() {
            long numbers = trained();
            if (method instanceof Method.Full && training.optimizerInBackward())
                numbers -= (architecture.layers() - 1) * architecture.parametersOfBlock();
            return numbers * master();
        }

        private long optimizer() {
            return state(training.optimizerOffload() ? updatedAtOnce() : trained());
        }

        private long host() {
            return training.optimizerOffload() ? state(trained()) : 0;
        }

        /** The most parameters of a layer, or of what is no layer's. */
        private long updatedAtOnce() {
            if (method instanceof Lora) return Math.ceilDiv(trained(), architecture.layers());
            long block = architecture.parametersOfBlock();
            return Math.max(block, trained() - architecture.layers() * block);
        }

        private long state(long parameters) {
            int moments =
                    switch (training.optimizer()) {
                        case Optimizer.AdamW _ -> 2;
                        case Optimizer.LionW _ -> 1;
                    };
            long bytes = training.optimizerState() == OptimizerState.BF16 ? 2 : master();
            return moments * parameters * bytes;
        }

        private long activations() {
            long block = tokens() * keptByBlock();
            if (!training.activationCheckpointing()) return architecture.layers() * block;
            return tokens() * architecture.layers() * architecture.hidden() * computed() + block;
        }

        /**
         * A block that is computed again finds its inputs among the free places of the first time:
         * measured were 30 to 200 MB more than without, about a block's tensors.
         */
        private long holes() {
            return training.activationCheckpointing() ? tokens() * keptByBlock() + block() : 0;
        }

        /** Bytes a token. */
        private long keptByBlock() {
            long bytes = architecture.keptByBlock() * computed() + 2 * FLOAT; // two norms
            int heads = architecture.heads() + architecture.keyValueHeads();
            if (architecture.headNorms())
                bytes += heads * (architecture.headSize() * computed() + FLOAT);
            if (training.attentionDropout() > 0) bytes += architecture.heads() * keysSeen();
            return method instanceof Lora lora ? bytes + keptByAdapter(lora) : bytes;
        }

        private long keptByAdapter(Lora lora) {
            long bytes = 0;
            for (Projection projection : lora.targetModules().projections()) {
                List<Long> shape = shape(architecture, "model.layers.0." + projection.path());
                bytes += lora.rank() * computed();
                if (lora.dropout() > 0) bytes += shape.getLast(); // which were not dropped
                if (lora.hasMagnitudes()) bytes += FLOAT * shape.getFirst();
            }
            return bytes;
        }

        /** A query's, on average: its block goes to its last query's place. */
        private long keysSeen() {
            long half = ((long) training.sequenceLength() + Architecture.QUERIES_AT_ONCE) / 2;
            return architecture.window() == 0
                    ? half
                    : Math.min(half, (long) architecture.window() + Architecture.QUERIES_AT_ONCE);
        }

        private long workspace() {
            long gradient = tokens() * architecture.hidden() * FLOAT; // of the residual
            return Math.max(gradient + Math.max(head(), block()), update());
        }

        private long head() {
            long logits =
                    Math.min(architecture.logitsAtOnce(), tokens()) * architecture.vocabulary();
            long bytes = logits * (computed() == FLOAT ? FLOAT : FLOAT + computed());
            bytes += tokens() * architecture.hidden() * (3 * computed() + FLOAT);
            return copies() ? bytes + computed() * largest() : bytes;
        }

        /** What a block's backward pass has besides what is kept: four of the MLP, three of x. */
        private long block() {
            long numbers = 4L * architecture.intermediate() + 3L * architecture.hidden();
            long queries = Math.min(Architecture.QUERIES_AT_ONCE, training.sequenceLength());
            long scores =
                    Math.ceilDiv(tokens(), training.sequenceLength())
                            * architecture.heads()
                            * queries
                            * Math.min(training.sequenceLength(), 2 * keysSeen());
            return computed() * (tokens() * numbers + 3 * scores);
        }

        /** AdamW is one pass; Lion has the direction and its sign, a tensor at a time. */
        private long update() {
            boolean lion = training.optimizer() instanceof Optimizer.LionW;
            return lion && method instanceof Method.Full ? 2 * master() * largest() : 0;
        }

        /** A tensor of the model's files is mapped until its numbers are converted or copied. */
        private long loading() {
            return weights() + stored * largest();
        }

        private long largest() {
            return (long) architecture.vocabulary() * architecture.hidden();
        }

        private long trained() {
            return trainableParameters(architecture, method);
        }

        private long tokens() {
            return microBatchTokens(architecture, training);
        }

        /** Bytes of a number of the passes. */
        private long computed() {
            return training.precision() == Precision.FP32 ? FLOAT : 2;
        }

        /** Bytes of a number of what is trained. */
        private long master() {
            return method instanceof Method.Full && training.precision() == Precision.BF16
                    ? 2
                    : FLOAT;
        }

        /** Whether what is trained has another format than the passes. */
        private boolean copies() {
            return method instanceof Method.Full && master() != computed();
        }
    }
}
