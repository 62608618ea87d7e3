package dev.palimpsest.model;

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
import java.util.Optional;

/**
 * The transformer, with or without an adapter: block after block through the kernels of {@code
 * decoder.py}. Batches are rows of equal length, padded on the right, which causal attention never
 * looks at.
 */
public final class Decoder {
    private static final long NO_LABEL = -100;

    private final Architecture architecture;
    private final Weights weights;
    private final Kernels kernels;
    private final Scope owner;
    private final Tensor none;
    private final double dropout;
    private final List<List<Tensor>> blocks;
    private final List<List<Tensor>> adapters = new ArrayList<>();
    private final List<List<Tensor>> blockGradients = new ArrayList<>();
    private final List<Tensor> headGradients;
    private final Optional<Tensor> embeddingGradient;
    private final List<Parameter> parameters = new ArrayList<>();

    private Decoder(
            Scope owner, Weights weights, Optional<Adapter> adapter, boolean full, Memory memory) {
        this.owner = owner;
        this.weights = weights;
        this.architecture = weights.architecture();
        this.blocks = weights.blocks();
        double scale = adapter.map(a -> a.method().scale()).orElse(0.0);
        this.kernels = Kernels.load(owner, "decoder", architecture.constants(scale, full));
        this.none = owner.floats(new float[0], 0);
        this.dropout = adapter.map(a -> a.method().dropout()).orElse(0.0);
        Map<String, Tensor> trained =
                full ? weights.named() : adapter.map(Adapter::named).orElse(Map.of());
        Map<String, Tensor> gradients = new LinkedHashMap<>();
        trained.forEach(
                (name, value) -> {
                    Tensor gradient = memory.zerosLike(owner, value);
                    gradients.put(name, gradient);
                    parameters.add(new Parameter(name, value, gradient));
                });
        Map<String, Tensor> adapted = adapter.map(Adapter::named).orElse(Map.of());
        List<List<Tensor>> fullGradients =
                full ? new Weights(architecture, gradients).blocks() : List.of();
        for (int layer = 0; layer < architecture.layers(); layer++) {
            adapters.add(Adapter.block(adapted, layer, none));
            blockGradients.add(
                    full ? fullGradients.get(layer) : Adapter.block(gradients, layer, none));
        }
        Weights named = new Weights(architecture, full ? gradients : weights.named());
        this.headGradients = full ? List.of(named.finalNorm(), named.head()) : List.of(none);
        this.embeddingGradient = full ? Optional.of(named.embedding()) : Optional.empty();
    }

    /** For scoring alone. */
    public static Decoder frozen(
            Scope owner, Weights weights, Optional<Adapter> adapter, Memory memory) {
        return new Decoder(owner, weights, adapter, false, memory);
    }

    /** Trains every weight; they must lie in memory of their own. */
    public static Decoder full(Scope owner, Weights weights, Memory memory) {
        return new Decoder(owner, weights, Optional.empty(), true, memory);
    }

    /** Trains the adapter; the weights stay as they are. */
    public static Decoder lora(Scope owner, Weights weights, Adapter adapter, Memory memory) {
        return new Decoder(owner, weights, Optional.of(adapter), false, memory);
    }

    public Architecture architecture() {
        return architecture;
    }

    public List<Parameter> parameters() {
        return parameters;
    }

    /**
     * Adds the gradient of these rows' share of the loss to the gradients and returns the share:
     * the summed cross-entropy of their labels over {@code count}, the number of labels in the
     * whole batch. Labels are not shifted: label t is the id at t or -100.
     */
    public double backward(long[] ids, long[] labels, int rows, long count) {
        int columns = ids.length / rows;
        try (Scope step = owner.nested()) {
            Tensor tokens = step.longs(ids, rows, columns);
            RotaryTable rotary = RotaryTable.upTo(columns, architecture, step);
            Tensor mask = kernels.one(step, "causal_mask", rotary.cos());
            Tensor x = embed(step, tokens);
            Deque<List<Tensor>> saved = new ArrayDeque<>();
            Deque<Scope> scopes = new ArrayDeque<>();
            for (int layer = 0; layer < blocks.size(); layer++) {
                Scope scope = step.nested();
                List<Tensor> out =
                        kernels.call(
                                scope,
                                "block_forward",
                                dropout,
                                x,
                                rotary.cos(),
                                rotary.sin(),
                                mask,
                                blocks.get(layer),
                                adapters.get(layer));
                x = out.getFirst();
                saved.push(out.subList(1, out.size()));
                scopes.push(scope);
            }
            List<Tensor> head =
                    kernels.call(
                            step,
                            "head_loss",
                            count,
                            x,
                            step.longs(shifted(labels, columns), labels.length),
                            weights.finalNorm(),
                            weights.head(),
                            headGradients);
            Tensor dx = head.get(1); // (tokens, hidden), changed in place from here on
            for (int layer = blocks.size() - 1; layer >= 0; layer--) {
                try (Scope scope = scopes.pop()) {
                    kernels.one(
                            scope,
                            "block_backward",
                            dropout,
                            dx,
                            rotary.cos(),
                            rotary.sin(),
                            mask,
                            blocks.get(layer),
                            adapters.get(layer),
                            saved.pop(),
                            blockGradients.get(layer));
                }
            }
            embeddingGradient.ifPresent(
                    gradient -> kernels.one(step, "embed_backward", tokens, dx, gradient));
            return head.getFirst().doubles()[0];
        }
    }

    /** The last block's output (tokens, hidden). */
    Tensor hidden(Scope scope, long[] ids, int rows) {
        int columns = ids.length / rows;
        try (Scope call = scope.nested()) {
            RotaryTable rotary = RotaryTable.upTo(columns, architecture, call);
            Tensor mask = kernels.one(call, "causal_mask", rotary.cos());
            Tensor x = embed(call, call.longs(ids, rows, columns));
            for (int layer = 0; layer < blocks.size(); layer++) {
                Tensor before = x;
                x =
                        kernels.one(
                                call,
                                "block_infer",
                                before,
                                rotary.cos(),
                                rotary.sin(),
                                mask,
                                blocks.get(layer),
                                adapters.get(layer));
                before.close();
            }
            return scope.adopt(x);
        }
    }

    /** Logits (chosen, vocabulary) of chosen positions, counted through the rows of a batch. */
    public Tensor logits(Scope scope, long[] ids, int rows, long[] chosen) {
        try (Scope call = scope.nested()) {
            return scope.adopt(headLogits(call, hidden(call, ids, rows), chosen));
        }
    }

    /** Embeddings (tokens, hidden) of ids of any shape. */
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
     * Log-likelihoods of targets after chosen positions, and 1 where the target is the most likely
     * token: pairs, in order.
     */
    float[] score(long[] ids, int rows, long[] chosen, long[] targets) {
        try (Scope call = owner.nested()) {
            return kernels.one(
                            call,
                            "head_score",
                            call.longs(chosen, chosen.length),
                            call.longs(targets, targets.length),
                            hidden(call, ids, rows),
                            weights.finalNorm(),
                            weights.head())
                    .floats();
        }
    }

    /** The mean cross-entropy of a batch's labels, in nats a token. */
    public double loss(long[] ids, long[] labels, int rows) {
        long[] next = shifted(labels, ids.length / rows);
        long[] chosen =
                java.util.stream.IntStream.range(0, next.length)
                        .filter(i -> next[i] != NO_LABEL)
                        .asLongStream()
                        .toArray();
        long[] targets = Arrays.stream(chosen).map(i -> next[(int) i]).toArray();
        float[] scores = score(ids, rows, chosen, targets);
        double sum = 0;
        for (int i = 0; i < scores.length; i += 2) sum -= scores[i];
        return sum / targets.length;
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

    /**
     * Moves each row's labels one place to the left, since position t predicts the token at t + 1.
     */
    private static long[] shifted(long[] labels, int columns) {
        long[] next = new long[labels.length];
        for (int i = 0; i < labels.length; i++)
            next[i] = (i + 1) % columns == 0 ? NO_LABEL : labels[i + 1];
        return next;
    }
}
