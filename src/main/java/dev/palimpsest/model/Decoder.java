package dev.palimpsest.model;

import dev.palimpsest.model.Parameter.Gradients;
import dev.palimpsest.torch.ElementType;
import dev.palimpsest.torch.Kernels;
import dev.palimpsest.torch.Memory;
import dev.palimpsest.torch.Scope;
import dev.palimpsest.torch.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * The transformer, with or without an adapter: block after block through the kernels of {@code
 * decoder.py}.
 */
public final class Decoder {
    private static final long NO_LABEL = -100;

    /**
     * Of how many tokens there are logits at a time where they are scored: few stay in the cache.
     */
    private static final int LOGITS_AT_ONCE = 64;

    private final Architecture architecture;
    private final Weights weights;
    private final Kernels kernels;
    private final Scope owner;
    private final Memory memory;
    private final Dropping training;
    private final List<List<Tensor>> blocks;
    private final List<List<Tensor>> adapters;
    private final List<List<Tensor>> blockGradients;
    private final List<Tensor> headGradients;
    private final Optional<Tensor> embeddingGradient;
    private final List<Parameter> parameters;
    private final Map<Tensor, Tensor> copies = new LinkedHashMap<>();
    private RotaryTable rotary;

    /** What a training pass does besides: noise that regularises, and memory saved by time. */
    public record Pass(double attentionDropout, boolean activationCheckpointing, long seed) {
        public static Pass plain() {
            return new Pass(0, false, 0);
        }
    }

    /** Told of what a backward pass has found, as soon as it is whole. */
    public interface Listener {
        /** Waits for the end of the pass. */
        Listener NONE = new Listener() {};

        /** The loss is known; no gradient is yet. */
        default void loss(double share) {}

        /** The gradients of a block are whole; empty: those of all that is no block's. */
        default void gradients(OptionalInt layer) {}
    }

    /** Probabilities of dropping an adapter's input, and of dropping an attention weight. */
    private record Dropping(double input, double attention) {
        static final Dropping NOTHING = new Dropping(0, 0);

        Dropping alsoAttention(double probability) {
            return new Dropping(input, probability);
        }

        boolean happens() {
            return input > 0 || attention > 0;
        }
    }

    private Decoder(
            Scope owner,
            Memory memory,
            Weights weights,
            Optional<Adapter> adapter,
            List<Parameter> parameters,
            boolean full,
            boolean packed) {
        this.owner = owner;
        this.memory = memory;
        this.weights = weights;
        this.architecture = weights.architecture();
        this.parameters = List.copyOf(parameters);
        double scale = adapter.map(a -> a.method().scale()).orElse(0.0);
        boolean dora = adapter.map(a -> a.method().hasMagnitudes()).orElse(false);
        this.kernels =
                Kernels.load(
                        owner,
                        architecture.constants(scale, dora, full),
                        Kernels.linearOf(owner),
                        "decoder");
        this.rotary = RotaryTable.of(0, architecture, owner);
        this.training = new Dropping(adapter.map(a -> a.method().dropout()).orElse(0.0), 0);
        Tensor none = owner.floats(new float[0], 0);
        Map<String, Tensor> gradients = new LinkedHashMap<>();
        for (Parameter parameter : parameters)
            gradients.put(parameter.name(), parameter.gradient());
        Map<String, Tensor> adapted =
                adapter.map(a -> computed(a.named(), weights.embedding().type())).orElse(Map.of());
        Map<String, Tensor> squares = new LinkedHashMap<>();
        if (dora) squares.putAll(rowSquares(adapted));
        boolean copied = packed && kernels.packs(owner, weights.embedding());
        this.blocks = weights.blocks(none).stream().map(w -> withForward(w, copied)).toList();
        this.adapters =
                layers().mapToObj(layer -> Adapter.block(adapted, squares, layer, none)).toList();
        Weights trained = new Weights(architecture, full ? gradients : weights.named());
        this.blockGradients =
                full
                        ? trained.blocks(none)
                        : layers().mapToObj(
                                        layer -> Adapter.block(gradients, Map.of(), layer, none))
                                .toList();
        this.headGradients = full ? List.of(trained.finalNorm(), trained.head()) : List.of(none);
        this.embeddingGradient = full ? Optional.of(trained.embedding()) : Optional.empty();
    }

    /** A block's weights and then its matrices once more, as the forward pass takes them. */
    private List<Tensor> withForward(List<Tensor> block, boolean packed) {
        List<Tensor> all = new ArrayList<>(block);
        for (int place : Weights.MATRICES)
            all.add(packed ? kernels.one(owner, "packed", block.get(place)) : block.get(place));
        return List.copyOf(all);
    }

    /** An adapter's matrices as the weights' products take them; its magnitudes stay in fp32. */
    private Map<String, Tensor> computed(Map<String, Tensor> adapter, ElementType type) {
        Map<String, Tensor> computed = new LinkedHashMap<>();
        adapter.forEach(
                (name, master) -> {
                    Tensor used =
                            master.shape().length == 1 ? master : memory.as(owner, master, type);
                    computed.put(name, used);
                    if (used.type() != master.type()) copies.put(used, master);
                });
        return computed;
    }

    /** For scoring alone. */
    public static Decoder frozen(
            Scope owner, Weights weights, Optional<Adapter> adapter, Memory memory) {
        return new Decoder(owner, memory, weights, adapter, List.of(), false, false);
    }

    /**
     * Trains every weight; they must lie in memory of their own. Where the pass computes in another
     * format than theirs, it does so on copies, and gradients are kept in the weights' format.
     */
    public static Decoder full(
            Scope owner,
            Weights weights,
            ElementType computed,
            Gradients gradients,
            Memory memory) {
        Weights used = weights.as(computed, owner, memory);
        Decoder decoder =
                new Decoder(
                        owner,
                        memory,
                        used,
                        Optional.empty(),
                        Parameter.of(weights.named(), gradients, owner, memory),
                        true,
                        false);
        weights.named()
                .forEach(
                        (name, master) -> {
                            Tensor copy = Objects.requireNonNull(used.named().get(name));
                            if (copy.type() != master.type()) decoder.copies.put(copy, master);
                        });
        return decoder;
    }

    /** Trains the adapter; the weights stay as they are, and nothing has a copy. */
    public static Decoder lora(Scope owner, Weights weights, Adapter adapter, Memory memory) {
        return lora(owner, weights, adapter, memory, false);
    }

    /**
     * The same.
     *
     * @param packed whether blocks' matrices have packed copies, for speed
     */
    public static Decoder lora(
            Scope owner, Weights weights, Adapter adapter, Memory memory, boolean packed) {
        List<Parameter> parameters =
                Parameter.of(adapter.named(), Gradients.OF_EACH, owner, memory);
        return new Decoder(owner, memory, weights, Optional.of(adapter), parameters, false, packed);
    }

    public Architecture architecture() {
        return architecture;
    }

    public List<Parameter> parameters() {
        return parameters;
    }

    /** How many tokens one backward pass should have at most: more are no faster, but larger. */
    public long tokensAtOnce(boolean activationCheckpointing) {
        return architecture.tokensAtOnce(activationCheckpointing);
    }

    /** To be called after the parameters changed: what was computed from them is computed anew. */
    public void updated() {
        if (copies.isEmpty()) return;
        try (Scope call = owner.nested()) {
            memory.copyInto(call, List.copyOf(copies.keySet()), List.copyOf(copies.values()));
        }
    }

    /**
     * Adds the gradient of these documents' share of the loss to the gradients and returns the
     * share: the summed cross-entropy of their labels over {@code count}, the number of labels in
     * the whole batch. Labels are not shifted: label t is the id at t or -100.
     */
    public double backward(Documents batch, long[] labels, long count, Pass pass) {
        return backward(batch, labels, count, pass, Listener.NONE);
    }

    /** The same, with a listener that may use gradients up while the pass goes on. */
    public double backward(
            Documents batch, long[] labels, long count, Pass pass, Listener listener) {
        try (Scope step = owner.nested()) {
            Tensor ids = step.longs(batch.ids(), batch.ids().length);
            Surroundings at = surroundings(step, batch);
            Dropping dropping = training.alsoAttention(pass.attentionDropout());
            Tensor x = embed(step, ids); // (tokens, hidden)
            Deque<List<Tensor>> saved =
                    new ArrayDeque<>(); // of each block: its input, and the rest
            Deque<Scope> scopes = new ArrayDeque<>();
            for (int layer = 0; layer < blocks.size(); layer++) {
                Scope scope = step.nested();
                if (dropping.happens()) Memory.seed(pass.seed() + layer);
                if (pass.activationCheckpointing()) {
                    saved.push(List.of(x));
                    x = block(step, "block_infer", dropping, x, at, layer).getFirst();
                } else {
                    List<Tensor> out = block(scope, "block_forward", dropping, x, at, layer);
                    saved.push(out.subList(1, out.size()));
                    x = out.getFirst();
                }
                scopes.push(scope);
            }
            Labelled labelled = Labelled.of(batch.shifted(labels));
            List<Tensor> head =
                    kernels.call(
                            step,
                            "head_loss",
                            count,
                            step.longs(labelled.rows(), labelled.rows().length),
                            step.longs(labelled.labels(), labelled.rows().length),
                            x,
                            weights.finalNorm(),
                            weights.head(),
                            headGradients);
            double share = head.getFirst().doubles()[0];
            listener.loss(share);
            Tensor dx = head.get(1); // (tokens, hidden), changed in place from here on
            for (int layer = blocks.size() - 1; layer >= 0; layer--) {
                try (Scope scope = scopes.pop()) {
                    List<Tensor> kept = saved.pop();
                    if (pass.activationCheckpointing()) {
                        // what is run again must drop what it dropped the first time
                        if (dropping.happens()) Memory.seed(pass.seed() + layer);
                        kept = block(scope, "block_again", dropping, kept.getFirst(), at, layer);
                    }
                    kernels.one(
                            scope,
                            "block_backward",
                            dropping.input(),
                            dropping.attention(),
                            dx,
                            at.cos(),
                            at.sin(),
                            at.mask(),
                            at.runs(),
                            blocks.get(layer),
                            adapters.get(layer),
                            kept,
                            blockGradients.get(layer));
                    listener.gradients(OptionalInt.of(layer));
                }
            }
            embeddingGradient.ifPresent(
                    gradient -> kernels.one(step, "embed_backward", ids, dx, gradient));
            listener.gradients(OptionalInt.empty());
            return share;
        }
    }

    private List<Tensor> block(
            Scope scope, String kernel, Dropping dropping, Tensor x, Surroundings at, int layer) {
        return kernels.call(
                scope,
                kernel,
                dropping.input(),
                dropping.attention(),
                x,
                at.cos(),
                at.sin(),
                at.mask(),
                at.runs(),
                blocks.get(layer),
                adapters.get(layer));
    }

    /** The last block's output (tokens, hidden); nothing is dropped. */
    Tensor hidden(Scope scope, Documents batch) {
        try (Scope call = scope.nested()) {
            Surroundings at = surroundings(call, batch);
            Tensor x = embed(call, call.longs(batch.ids(), batch.ids().length));
            for (int layer = 0; layer < blocks.size(); layer++) {
                Tensor before = x;
                x = block(call, "block_infer", Dropping.NOTHING, before, at, layer).getFirst();
                before.close();
            }
            return scope.adopt(x);
        }
    }

    /** Logits (chosen, vocabulary), fp32, of chosen tokens, counted through the batch. */
    public Tensor logits(Scope scope, Documents batch, long[] chosen) {
        try (Scope call = scope.nested()) {
            return scope.adopt(headLogits(call, hidden(call, batch), chosen));
        }
    }

    /** Embeddings (tokens, hidden). */
    Tensor embed(Scope scope, Tensor ids) {
        return kernels.one(scope, "embed", ids, weights.embedding());
    }

    /** Logits (chosen, vocabulary) after chosen rows of the last block's output. */
    Tensor headLogits(Scope scope, Tensor x, long[] chosen) {
        return kernels.one(
                scope,
                "head_logits",
                scope.longs(chosen, chosen.length),
                x,
                weights.finalNorm(),
                weights.head());
    }

    /**
     * Rows of the last block's output that predict tokens.
     *
     * @param rows in rising order
     * @param which of those rows predicts each target, in rising order
     * @param targets token ids
     */
    record Chosen(long[] rows, long[] which, long[] targets) {
        static Chosen each(long[] rows, long[] targets) {
            return new Chosen(rows, LongStream.range(0, rows.length).toArray(), targets);
        }

        /** Rows to be computed, the last of them again where that makes up a multiple. */
        long[] rows(int multiple) {
            return multipleOf(multiple, rows);
        }

        /** How many targets the rows before each chunk have, and how many all have. */
        long[] bounds(int chunk) {
            int chunks = (rows.length + chunk - 1) / chunk;
            long[] bounds = new long[chunks + 1];
            for (long row : which) bounds[(int) row / chunk + 1]++;
            for (int i = 0; i < chunks; i++) bounds[i + 1] += bounds[i];
            return bounds;
        }
    }

    /** As many rows as the head's product takes for each row's digits to be its own alone. */
    long[] headRows(long[] rows) {
        return weights.packed()
                ? ofAtLeast(Reading.FEWEST_ROWS, rows)
                : multipleOf(Reading.FEWEST_ROWS, rows);
    }

    static long[] multipleOf(int count, long[] numbers) {
        return ofAtLeast((numbers.length + count - 1) / count * count, numbers);
    }

    /** The last number again where that makes up so many. */
    private static long[] ofAtLeast(int count, long[] numbers) {
        long[] more = Arrays.copyOf(numbers, Math.max(count, numbers.length));
        Arrays.fill(more, numbers.length, more.length, numbers[numbers.length - 1]);
        return more;
    }

    /**
     * Log-likelihoods of chosen targets, and 1 where no token is likelier than the target: pairs,
     * in order.
     */
    float[] score(Scope scope, Tensor x, Chosen chosen) {
        long[] rows = chosen.rows(Reading.FEWEST_ROWS);
        return kernels.one(
                        scope,
                        "head_score",
                        (long) LOGITS_AT_ONCE,
                        scope.longs(rows, rows.length),
                        scope.longs(chosen.which(), chosen.which().length),
                        chosen.bounds(LOGITS_AT_ONCE),
                        scope.longs(chosen.targets(), chosen.targets().length),
                        x,
                        weights.finalNorm(),
                        weights.head())
                .floats();
    }

    /** The mean cross-entropy of a batch's labels, in nats a token. */
    public double loss(Documents batch, long[] labels) {
        Labelled labelled = Labelled.of(batch.shifted(labels));
        try (Scope call = owner.nested()) {
            Chosen chosen = Chosen.each(labelled.rows(), labelled.labels());
            float[] scores = score(call, hidden(call, batch), chosen);
            double sum = 0;
            for (int i = 0; i < scores.length; i += 2) sum -= scores[i];
            return sum / labelled.rows().length;
        }
    }

    /** Which tokens have a label, and those; a device that had to tell would be waited for. */
    private record Labelled(long[] rows, long[] labels) {
        static Labelled of(long[] labels) {
            long[] rows =
                    IntStream.range(0, labels.length)
                            .filter(i -> labels[i] != NO_LABEL)
                            .asLongStream()
                            .toArray();
            return new Labelled(rows, Arrays.stream(rows).map(i -> labels[(int) i]).toArray());
        }
    }

    /** What a batch's attention needs: rotary tables (tokens, head size / 2), mask and runs. */
    record Surroundings(Tensor cos, Tensor sin, Tensor mask, long[] runs) {}

    Surroundings surroundings(Scope scope, Documents batch) {
        Surroundings rows = positions(scope, batch.positions());
        Tensor mask =
                kernels.one(scope, "causal_mask", (long) batch.longest(), weights.embedding());
        return new Surroundings(rows.cos(), rows.sin(), mask, batch.runs());
    }

    /** The same for tokens at these positions of texts that a {@link Reader} reads. */
    Surroundings surroundings(Scope scope, long[] positions) {
        Surroundings rows = positions(scope, positions);
        long longest =
                Math.max(
                        Architecture.QUERIES_AT_ONCE,
                        1 + Arrays.stream(positions).max().orElseThrow());
        Tensor mask = kernels.one(scope, "causal_mask", longest, weights.embedding());
        return new Surroundings(rows.cos(), rows.sin(), mask, new long[0]);
    }

    /**
     * The same for one token a row, each at a place among that row's cached keys.
     *
     * @param cached how many of those keys are looked at
     */
    Surroundings cached(Scope scope, long[] positions, Tensor places, int cached) {
        Surroundings rows = positions(scope, positions);
        Tensor mask = kernels.one(scope, "cache_mask", places, (long) cached, weights.embedding());
        return new Surroundings(rows.cos(), rows.sin(), mask, new long[0]);
    }

    private Surroundings positions(Scope scope, long[] at) {
        int count = 1 + (int) Arrays.stream(at).max().orElseThrow();
        if (count > rotary.count()) {
            rotary.close();
            rotary = RotaryTable.of(Integer.highestOneBit(count) * 2, architecture, owner);
        }
        List<Tensor> tables =
                kernels.call(
                        scope,
                        "rotary",
                        rotary.cos(),
                        rotary.sin(),
                        scope.longs(at, at.length),
                        weights.embedding());
        return new Surroundings(tables.getFirst(), tables.getLast(), rotary.cos(), new long[0]);
    }

    /** Room for keys or values: (rows, key-value heads, capacity, head size). */
    Tensor cache(Scope scope, int rows, int capacity) {
        return kernels.one(scope, "zero_keys", (long) rows, (long) capacity, weights.embedding());
    }

    Kernels kernels() {
        return kernels;
    }

    List<Tensor> block(int layer) {
        return blocks.get(layer);
    }

    List<Tensor> adapter(int layer) {
        return adapters.get(layer);
    }

    Scope owner() {
        return owner;
    }

    private IntStream layers() {
        return IntStream.range(0, architecture.layers());
    }

    /** Of every weight that the adapter changes, by the name of its A. */
    private Map<String, Tensor> rowSquares(Map<String, Tensor> adapted) {
        Map<String, Tensor> squares = new LinkedHashMap<>();
        for (String name : adapted.keySet())
            Adapter.adaptedWeight(name)
                    .ifPresent(
                            weight ->
                                    squares.put(
                                            name,
                                            memory.rowSquares(
                                                    owner,
                                                    Objects.requireNonNull(
                                                            weights.named().get(weight)))));
        return squares;
    }
}
