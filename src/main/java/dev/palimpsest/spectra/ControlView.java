package dev.palimpsest.spectra;

import dev.palimpsest.decomposition.GaussianControl;
import dev.palimpsest.decomposition.Spectrum;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Random matrices beside which a change can be looked at.
 *
 * @param base of A
 * @param noise of B, and so but for the scale of each change c B
 * @param data of A + c B
 */
record ControlView(
        int rows, int columns, long seed, OfMatrix base, OfMatrix noise, List<OfSum> data) {
    /**
     * One matrix's.
     *
     * @param singularValues left out of a summary
     */
    @SuppressWarnings("MemberName") // the API's names
    record OfMatrix(
            int rank_50,
            int rank_90,
            int rank_99,
            double stableRank,
            double effectiveRank,
            double frobeniusNorm,
            @Nullable List<Double> singularValues) {
        static OfMatrix of(Spectrum spectrum, boolean withValues) {
            return new OfMatrix(
                    spectrum.rank(0.5),
                    spectrum.rank(0.9),
                    spectrum.rank(0.99),
                    spectrum.stableRank(),
                    spectrum.effectiveRank(),
                    spectrum.frobeniusNorm(),
                    withValues ? spectrum.values() : null);
        }
    }

    /**
     * One sum's.
     *
     * @param relativeNorm of the change, by that of A
     * @param meanAbsoluteDifference of the singular values of A and A + c B
     */
    record OfSum(double scale, double relativeNorm, double meanAbsoluteDifference, OfMatrix sum) {}

    static ControlView of(
            int rows, int columns, long seed, GaussianControl control, boolean withValues) {
        double norm = control.noise().frobeniusNorm() / control.base().frobeniusNorm();
        return new ControlView(
                rows,
                columns,
                seed,
                OfMatrix.of(control.base(), withValues),
                OfMatrix.of(control.noise(), withValues),
                control.sums().stream()
                        .map(
                                sum ->
                                        new OfSum(
                                                sum.scale(),
                                                sum.scale() * norm,
                                                sum.meanAbsoluteDifference(),
                                                OfMatrix.of(sum.spectrum(), withValues)))
                        .toList());
    }
}
