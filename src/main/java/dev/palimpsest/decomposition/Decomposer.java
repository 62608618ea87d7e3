package dev.palimpsest.decomposition;

import dev.palimpsest.model.Adapter.Factors;
import dev.palimpsest.torch.Kernels;
import dev.palimpsest.torch.Scope;
import dev.palimpsest.torch.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Computes spectra where a scope's tensors lie; one thread's own. Values are exact within 1e-3 of
 * the largest one, ranks at {@link #SHARES} are those of fp64.
 */
final class Decomposer {
    static final List<Double> SHARES = List.of(0.5, 0.9, 0.99);

    /** Shuttleworth et al. 2024, arXiv 2410.21228: so many vectors are looked at, by this bound. */
    private static final int LARGEST = 10;

    private static final double ALIGNED = 0.5;

    /**
     * A side's length times this is at least five times what fp32 was seen to move a share of the
     * squares' sum, with sides from 192 to 2,048; short ones count as {@link #SHORT}.
     */
    private static final double ROUNDING = 3e-9;

    private static final int SHORT = 600;

    /**
     * Squares that are rounded in fp32 leave nothing true of values below this part of the largest.
     */
    private static final double FLOOR = 1e-3;

    private static final double TAIL = 0.9;

    private final Kernels kernels;

    Decomposer(Scope owner) {
        this.kernels = Kernels.load(owner, "spectra", Map.of());
    }

    /** A change's spectrum, of NaN where the change is none, and the norm of W. */
    record Changed(Spectrum change, double baseNorm) {}

    /**
     * Two spectra and how they fit together.
     *
     * @param intruders of the largest left singular vectors of W', those with no left vector of W
     *     that is at all aligned with them
     */
    record Comparison(Spectrum base, Spectrum finetuned, int intruders) {}

    /** A matrix after finetuning, less of what its intruders say. */
    record Reduced(Tensor weight, int intruders) {}

    /**
     * A change's best approximation.
     *
     * @param kept of the change's squared norm
     */
    record Truncated(Tensor change, double kept) {}

    /** W' - W in fp32. */
    Tensor change(Scope scope, Tensor base, Tensor finetuned) {
        return kernels.one(scope, "change", base, finetuned);
    }

    double norm(Scope scope, Tensor matrix) {
        return kernels.one(scope, "norm", matrix).doubles()[0];
    }

    Changed changed(Scope scope, Tensor base, Tensor finetuned) {
        Changed rounded = changed(kernels.one(scope, "of_change", base, finetuned));
        return isExact(rounded.change())
                ? rounded
                : new Changed(exact(scope, change(scope, base, finetuned)), rounded.baseNorm());
    }

    /** Of a product, without computing it. */
    Spectrum spectrum(Scope scope, Factors factors) {
        return spectrum(
                kernels.one(scope, "of_factors", factors.a(), factors.b(), factors.scale()));
    }

    /** Of the difference of two products, without computing either. */
    Spectrum spectrum(Scope scope, Factors factors, Factors without) {
        return spectrum(
                kernels.one(
                        scope,
                        "of_difference",
                        factors.a(),
                        factors.b(),
                        factors.scale(),
                        without.a(),
                        without.b(),
                        without.scale()));
    }

    private static Changed changed(Tensor normAndValues) {
        double[] numbers = normAndValues.doubles();
        return new Changed(spectrum(Arrays.copyOfRange(numbers, 1, numbers.length)), numbers[0]);
    }

    Comparison compare(Scope scope, Tensor base, Tensor finetuned) {
        long smaller = Math.min(base.shape()[0], base.shape()[1]);
        List<Tensor> compared =
                kernels.call(scope, "cosines", base, finetuned, Math.min(LARGEST, smaller));
        Spectrum after = spectrum(compared.get(1));
        double[] cosines = compared.getLast().doubles();
        return new Comparison(
                spectrum(compared.getFirst()),
                isExact(after) ? after : exact(scope, finetuned),
                (int) Arrays.stream(cosines).filter(cosine -> cosine < ALIGNED).count());
    }

    /** W' with its intruders' singular values times a factor, and how many intruders it has. */
    Reduced reduced(Scope scope, Tensor base, Tensor finetuned, IntruderReduction reduction) {
        long smaller = Math.min(base.shape()[0], base.shape()[1]);
        List<Tensor> reduced =
                kernels.call(
                        scope,
                        "scaled_intruders",
                        base,
                        finetuned,
                        Math.min(reduction.top(), smaller),
                        reduction.epsilon(),
                        reduction.scale());
        return new Reduced(reduced.getFirst(), (int) reduced.getLast().doubles()[0]);
    }

    /** The best approximation of a change by a matrix of a rank (Eckart and Young 1936). */
    Truncated truncated(Scope scope, Tensor change, int rank) {
        long smaller = Math.min(change.shape()[0], change.shape()[1]);
        if (rank >= smaller || norm(scope, change) == 0) return new Truncated(change, 1);
        List<Tensor> truncated = kernels.call(scope, "truncated", change, (long) rank);
        return new Truncated(truncated.getFirst(), truncated.getLast().doubles()[0]);
    }

    /** The sum of two matrices in fp32. */
    Tensor sum(Scope scope, Tensor one, Tensor other) {
        return kernels.one(scope, "sum", one, other);
    }

    /** Whether fp32 can neither have decided a rank nor made up many values. */
    private static boolean isExact(Spectrum rounded) {
        if (rounded.values().isEmpty()) return true;
        boolean madeUp = rounded.quantile(TAIL) < FLOOR;
        double rounding = ROUNDING * Math.max(SHORT, rounded.values().size());
        return !madeUp && !rounded.isNear(SHARES, rounding);
    }

    /** Computed again in fp64. */
    private Spectrum exact(Scope scope, Tensor matrix) {
        return spectrum(kernels.one(scope, "exact_values", matrix));
    }

    private static Spectrum spectrum(Tensor values) {
        return spectrum(values.doubles());
    }

    private static Spectrum spectrum(double[] values) {
        if (values.length == 0 || values[0] == 0) return new Spectrum(List.of());
        return new Spectrum(Arrays.stream(values).boxed().toList());
    }
}
