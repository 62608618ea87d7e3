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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint and what it is compared with, its base model or another checkpoint of that, matrix
 * by matrix.
 */
public final class Finetuned {
    private final Side before;
    private final Side after;
    private final Memory memory;
    private final Decomposer decomposer;

    private Finetuned(Side before, Side after, Memory memory, Decomposer decomposer) {
        this.before = before;
        this.after = after;
        this.memory = memory;
        this.decomposer = decomposer;
    }

    /**
     * A checkpoint's files.
     *
     * @param kind adapter or model
     */
    public record Saved(Path folder, String kind) {}

    /** One of the two: weights, and an adapter on them if there is one. */
    private record Side(StoredWeights weights, @Nullable Adapter adapter) {
        static Side of(Saved checkpoint, StoredWeights base, Scope scope, Memory memory)
                throws IOException {
            return checkpoint.kind().equals("adapter")
                    ? new Side(
                            base,
                            Adapter.read(checkpoint.folder(), base.architecture(), scope, memory))
                    : new Side(StoredWeights.open(checkpoint.folder()), null);
        }

        Tensor matrix(Projected matrix, Scope scope, Memory memory) throws IOException {
            Tensor stored = weights.matrix(matrix, scope, memory);
            return adapts(matrix)
                    ? Objects.requireNonNull(adapter).merged(matrix, stored, scope, memory)
                    : stored;
        }

        boolean adapts(Projected matrix) {
            return adapter != null && adapter.adapts(matrix);
        }

        boolean hasMagnitudes() {
            return adapter != null && adapter.method().hasMagnitudes();
        }

        Optional<Adapter.Factors> factors(Projected matrix) {
            return adapter == null ? Optional.empty() : adapter.factors(matrix);
        }
    }

    /**
     * Opens both for the calling thread alone; they live as long as the scope.
     *
     * @param kind of the checkpoint: adapter or model
     */
    public static Finetuned open(Path base, Path checkpoint, String kind, Scope scope)
            throws IOException {
        return open(base, new Saved(checkpoint, kind), null, scope);
    }

    /**
     * The same.
     *
     * @param against the checkpoint that is compared with; null for the base model
     */
    public static Finetuned open(Path base, Saved checkpoint, @Nullable Saved against, Scope scope)
            throws IOException {
        Memory memory = new Memory(scope);
        StoredWeights weights = StoredWeights.open(base);
        return new Finetuned(
                against == null
                        ? new Side(weights, null)
                        : Side.of(against, weights, scope, memory),
                Side.of(checkpoint, weights, scope, memory),
                memory,
                new Decomposer(scope));
    }

    /** The same files for the calling thread alone; to be used as long as both scopes live. */
    public Finetuned forThisThread(Scope scope) {
        return new Finetuned(before, after, new Memory(scope), new Decomposer(scope));
    }

    /** The matrices that finetuning could change, in the order of the forward pass. */
    public List<Projected> matrices() {
        return Projected.all(before.weights().architecture()).stream()
                .filter(matrix -> !onOneModel() || before.adapts(matrix) || after.adapts(matrix))
                .toList();
    }

    /** Whether adapters alone make the difference. */
    private boolean onOneModel() {
        return before.weights() == after.weights();
    }

    /**
     * Compares one of them.
     *
     * @param alsoOfWeights whether the spectra of W and W', and intruders, are wanted too; an
     *     adapter's change is known without them
     */
    public MatrixSpectra spectra(Projected matrix, boolean alsoOfWeights, Scope owner)
            throws IOException {
        return spectra(matrix, alsoOfWeights, OptionalDouble.empty(), owner);
    }

    /**
     * The same.
     *
     * @param norm of W, where it is known; then an adapter's change is known without reading W
     */
    public MatrixSpectra spectra(
            Projected matrix, boolean alsoOfWeights, OptionalDouble norm, Scope owner)
            throws IOException {
        try (Scope scope = owner.nested()) {
            Spectrum byFactors = hasFactors() ? byFactors(matrix, scope) : null;
            if (byFactors != null && !alsoOfWeights) {
                double known =
                        norm.isPresent()
                                ? norm.getAsDouble()
                                : decomposer.norm(scope, before.matrix(matrix, scope, memory));
                return of(matrix, new Decomposer.Changed(byFactors, known), null);
            }
            Tensor base = before.matrix(matrix, scope, memory);
            Tensor finetuned = after.matrix(matrix, scope, memory);
            Decomposer.Changed changed =
                    byFactors == null
                            ? decomposer.changed(scope, base, finetuned)
                            : new Decomposer.Changed(byFactors, decomposer.norm(scope, base));
            finite(matrix, changed.change().frobeniusNorm());
            return of(matrix, changed, alsoOfWeights ? ofWeights(base, finetuned, scope) : null);
        }
    }

    private MatrixSpectra of(
            Projected matrix,
            Decomposer.Changed changed,
            MatrixSpectra.@Nullable OfWeights ofWeights) {
        return new MatrixSpectra(
                matrix,
                before.weights().shape(matrix),
                changed.change(),
                changed.baseNorm(),
                ofWeights);
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
            Tensor base = before.matrix(matrix, scope, memory);
            Tensor finetuned = memory.freshFloats(scope, after.matrix(matrix, scope, memory));
            finite(matrix, decomposer.norm(scope, finetuned));
            Decomposer.Reduced reduced = decomposer.reduced(scope, base, finetuned, reduction);
            Tensor weight = reduced.intruders() == 0 ? finetuned : reduced.weight();
            return new Reduced(owner.adopt(weight), reduced.intruders());
        }
    }

    /**
     * The adapter with the intruders of each of its matrices scaled down, of the same rank (peft,
     * reduce_intruder_dimension); where there are none, the factors are as they were.
     */
    public ReducedAdapter reducedAdapter(IntruderReduction reduction, Scope owner)
            throws IOException {
        Adapter adapter = after.adapter();
        if (adapter == null) throw new IllegalStateException("there is no adapter");
        Map<String, Tensor> named = new LinkedHashMap<>(adapter.named());
        int intruders = 0;
        for (Projected matrix : matrices())
            try (Scope scope = owner.nested()) {
                Reduced reduced = reduced(matrix, reduction, scope);
                if (reduced.intruders() == 0) continue;
                intruders += reduced.intruders();
                Tensor base = before.matrix(matrix, scope, memory);
                adapter.refactored(
                                matrix,
                                decomposer.change(scope, base, reduced.weight()),
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
            Tensor base = before.matrix(matrix, scope, memory);
            Tensor change = decomposer.change(scope, base, after.matrix(matrix, scope, memory));
            double norm = decomposer.norm(scope, change);
            finite(matrix, norm);
            Decomposer.Truncated truncated = decomposer.truncated(scope, change, rank);
            Tensor weight = decomposer.sum(scope, base, truncated.change());
            return new Truncated(owner.adopt(weight), norm * norm, truncated.kept());
        }
    }

    /** The change's spectrum by the matrix itself, whatever it is made of. */
    Spectrum spectraOfMerged(Projected matrix, Scope scope) throws IOException {
        return decomposer
                .changed(
                        scope,
                        before.matrix(matrix, scope, memory),
                        after.matrix(matrix, scope, memory))
                .change();
    }

    /** Whether the changes are known without the matrices. */
    private boolean hasFactors() {
        return onOneModel() && !before.hasMagnitudes() && !after.hasMagnitudes();
    }

    /** The change's spectrum by factors alone. */
    private Spectrum byFactors(Projected matrix, Scope scope) {
        Optional<Adapter.Factors> without = before.factors(matrix);
        Optional<Adapter.Factors> with = after.factors(matrix);
        Spectrum change =
                without.isPresent() && with.isPresent()
                        ? decomposer.spectrum(scope, with.get(), without.get())
                        : decomposer.spectrum(scope, with.or(() -> without).orElseThrow());
        finite(matrix, change.frobeniusNorm());
        return change;
    }

    private MatrixSpectra.OfWeights ofWeights(Tensor base, Tensor finetuned, Scope scope) {
        Decomposer.Comparison compared = decomposer.compare(scope, base, finetuned);
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
