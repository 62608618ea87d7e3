package dev.palimpsest.spectra;

import dev.palimpsest.decomposition.MatrixSpectra;
import dev.palimpsest.decomposition.Spectrum;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one matrix's spectra come to; ranks are of the change W' - W.
 *
 * @param shape (out, in)
 * @param relativeNorm the change's Frobenius norm by that of W
 * @param tails what truncation to a rank loses of the change's squared norm
 * @param intruders of the ten largest left singular vectors of W', those with a cosine under 0.5
 *     with every one of W
 */
@SuppressWarnings("MemberName") // the API's names
record MatrixMeasures(
        String module,
        int layer,
        List<Long> shape,
        int rank_50,
        int rank_90,
        int rank_99,
        double stableRank,
        double effectiveRank,
        double frobeniusNorm,
        double relativeNorm,
        List<Tail> tails,
        @Nullable Integer intruders,
        @Nullable Weights base,
        @Nullable Weights finetuned) {
    /** What is lost of the change by truncation to a rank. */
    record Tail(int rank, double lost) {}

    /** The same of W or W' itself. */
    record Weights(
            int rank_50,
            int rank_90,
            int rank_99,
            double stableRank,
            double effectiveRank,
            double frobeniusNorm) {
        static Weights of(Spectrum spectrum) {
            return new Weights(
                    spectrum.rank(0.5),
                    spectrum.rank(0.9),
                    spectrum.rank(0.99),
                    spectrum.stableRank(),
                    spectrum.effectiveRank(),
                    spectrum.frobeniusNorm());
        }
    }

    static MatrixMeasures of(MatrixSpectra spectra) {
        Spectrum change = spectra.change();
        MatrixSpectra.OfWeights weights = spectra.weights();
        double norm = change.frobeniusNorm();
        return new MatrixMeasures(
                spectra.matrix().projection().module(),
                spectra.matrix().layer(),
                spectra.shape(),
                change.rank(0.5),
                change.rank(0.9),
                change.rank(0.99),
                change.stableRank(),
                change.effectiveRank(),
                norm,
                spectra.baseNorm() == 0 ? 0 : norm / spectra.baseNorm(),
                Stream.of(1, 4, 16, 64, 256)
                        .map(rank -> new Tail(rank, change.tail(rank)))
                        .toList(),
                weights == null ? null : weights.intruders(),
                weights == null ? null : Weights.of(weights.base()),
                weights == null ? null : Weights.of(weights.finetuned()));
    }
}
