package dev.palimpsest.decomposition;

import dev.palimpsest.model.Adapter;
import dev.palimpsest.model.Projected;
import dev.palimpsest.model.StoredWeights;
import dev.palimpsest.model.UnsupportedModel;
import dev.palimpsest.torch.Memory;
import dev.palimpsest.torch.Scope;
import dev.palimpsest.torch.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A base model and a checkpoint of it, whose matrices are compared one at a time. */
public final class Finetuned {
    private final StoredWeights base;
    private final @Nullable Adapter adapter;
    private final @Nullable StoredWeights model;
    private final Memory memory;
    private final Decomposer decomposer;

    private Finetuned(
            StoredWeights base,
            @Nullable Adapter adapter,
            @Nullable StoredWeights model,
            Memory memory,
            Decomposer decomposer) {
        this.base = base;
        this.adapter = adapter;
        this.model = model;
        this.memory = memory;
        this.decomposer = decomposer;
    }

    /**
     * Opens both for the calling thread alone; they live as long as the scope.
     *
     * @param kind of the checkpoint: adapter or model
     */
    public static Finetuned open(Path base, Path checkpoint, String kind, Scope scope)
            throws IOException {
        Memory memory = new Memory(scope);
        StoredWeights weights = StoredWeights.open(base);
        boolean adapted = kind.equals("adapter");
        return new Finetuned(
                weights,
                adapted ? Adapter.read(checkpoint, weights.architecture(), scope, memory) : null,
                adapted ? null : StoredWeights.open(checkpoint),
                memory,
                new Decomposer(scope));
    }

    /** The matrices that finetuning could change, in the order of the forward pass. */
    public List<Projected> matrices() {
        return Projected.all(base.architecture()).stream()
                .filter(matrix -> adapter == null || adapter.adapts(matrix))
                .toList();
    }

    /**
     * Compares one of them.
     *
     * @param alsoOfWeights whether the spectra of W and W', and intruders, are wanted too; an
     *     adapter's change is known without them
     */
    public MatrixSpectra spectra(Projected matrix, boolean alsoOfWeights, Scope owner)
            throws IOException {
        try (Scope scope = owner.nested()) {
            Tensor before = base.matrix(matrix, scope, memory);
            Optional<Adapter.Factors> factors = factors(matrix);
            boolean dense = alsoOfWeights || factors.isEmpty();
            Tensor after = dense ? after(matrix, before, scope) : before;
            Spectrum change =
                    factors.isPresent()
                            ? ofFactors(matrix, factors.get(), scope)
                            : ofChange(matrix, before, after, scope);
            return new MatrixSpectra(
                    matrix,
                    Arrays.stream(before.shape()).boxed().toList(),
                    change,
                    decomposer.norm(scope, before),
                    alsoOfWeights ? ofWeights(before, after, scope) : null);
        }
    }

    /**
     * What a matrix becomes when its intruders are scaled down.
     *
     * @param weight W', less of its intruders, in fp32; the very W' where it has none
     */
    public record Reduced(Tensor weight, int intruders) {}

    /** One of them with its intruders scaled down; the scope owns it. */
    public Reduced reduced(Projected matrix, IntruderReduction reduction, Scope owner)
            throws IOException {
        try (Scope scope = owner.nested()) {
            Tensor before = base.matrix(matrix, scope, memory);
            Tensor after = memory.freshFloats(scope, after(matrix, before, scope));
            finite(matrix, decomposer.norm(scope, after));
            Decomposer.Reduced reduced = decomposer.reduced(scope, before, after, reduction);
            Tensor weight = reduced.intruders() == 0 ? after : reduced.weight();
            return new Reduced(owner.adopt(weight), reduced.intruders());
        }
    }

    /**
     * The adapter with the intruders of each of its matrices scaled down, of the same rank (peft,
     * reduce_intruder_dimension); where there are none, the factors are as they were.
     */
    public ReducedAdapter reducedAdapter(IntruderReduction reduction, Scope owner)
            throws IOException {
        if (adapter == null) throw new IllegalStateException("there is no adapter");
        Map<String, Tensor> named = new LinkedHashMap<>(adapter.named());
        int intruders = 0;
        for (Projected matrix : matrices())
            try (Scope scope = owner.nested()) {
                Reduced reduced = reduced(matrix, reduction, scope);
                if (reduced.intruders() == 0) continue;
                intruders += reduced.intruders();
                Tensor before = base.matrix(matrix, scope, memory);
                adapter.refactored(
                                matrix,
                                decomposer.change(scope, before, reduced.weight()),
                                scope,
                                memory)
                        .forEach((name, factor) -> named.put(name, owner.adopt(factor)));
            }
        return new ReducedAdapter(new Adapter(adapter.method(), named), intruders);
    }

    /** An adapter, and how many intruders of its matrices were scaled down. */
    public record ReducedAdapter(Adapter adapter, int intruders) {}

    /**
     * What a matrix becomes when its change is cut down to a rank.
     *
     * @param weight W + the change's best approximation of that rank, in fp32
     * @param square the change's squared norm
     * @param kept of it; 1 where nothing changed
     */
    public record Truncated(Tensor weight, double square, double kept) {}

    /** One of them with a change of a rank at most; the scope owns it. */
    public Truncated truncated(Projected matrix, int rank, Scope owner) throws IOException {
        try (Scope scope = owner.nested()) {
            Tensor before = base.matrix(matrix, scope, memory);
            Tensor change = decomposer.change(scope, before, after(matrix, before, scope));
            double norm = decomposer.norm(scope, change);
            finite(matrix, norm);
            Decomposer.Truncated truncated = decomposer.truncated(scope, change, rank);
            Tensor weight = decomposer.sum(scope, before, truncated.change());
            return new Truncated(owner.adopt(weight), norm * norm, truncated.kept());
        }
    }

    /** The change's spectrum by the matrix itself, whatever it is made of. */
    Spectrum spectraOfMerged(Projected matrix, Scope scope) throws IOException {
        Tensor before = base.matrix(matrix, scope, memory);
        return ofChange(matrix, before, after(matrix, before, scope), scope);
    }

    private Optional<Adapter.Factors> factors(Projected matrix) {
        return adapter == null || adapter.method().hasMagnitudes()
                ? Optional.empty()
                : adapter.factors(matrix);
    }

    private Tensor after(Projected matrix, Tensor before, Scope scope) throws IOException {
        if (adapter != null) return adapter.merged(matrix, before, scope, memory);
        if (model == null) throw new IllegalStateException("neither adapter nor model");
        return model.matrix(matrix, scope, memory);
    }

    private Spectrum ofFactors(Projected matrix, Adapter.Factors factors, Scope scope) {
        finite(matrix, decomposer.norm(scope, factors.a()));
        finite(matrix, decomposer.norm(scope, factors.b()));
        return decomposer.of(scope, factors);
    }

    private Spectrum ofChange(Projected matrix, Tensor before, Tensor after, Scope scope) {
        Tensor change = decomposer.change(scope, before, after);
        double norm = decomposer.norm(scope, change);
        finite(matrix, norm);
        return norm == 0 ? new Spectrum(List.of()) : decomposer.of(scope, change);
    }

    private MatrixSpectra.OfWeights ofWeights(Tensor before, Tensor after, Scope scope) {
        Decomposer.Comparison compared = decomposer.compare(scope, before, after);
        return new MatrixSpectra.OfWeights(
                compared.base(), compared.finetuned(), compared.intruders());
    }

    private static void finite(Projected matrix, double norm) {
        if (!Double.isFinite(norm))
            throw new UnsupportedModel(
                    "the checkpoint's %s has values that are no numbers; its run had diverged"
                            .formatted(matrix.path()));
    }
}
