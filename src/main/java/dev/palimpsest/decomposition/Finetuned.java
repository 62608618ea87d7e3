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
import java.util.List;
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
