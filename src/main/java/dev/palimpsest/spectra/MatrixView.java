package dev.palimpsest.spectra;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One matrix as it is answered.
 *
 * @param id its path in a Hugging Face checkpoint
 * @param singularValues left out of a summary
 */
@SuppressWarnings("MemberName") // the API's names
record MatrixView(
        String id,
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
        List<MatrixMeasures.Tail> tails,
        @Nullable Integer intruders,
        MatrixMeasures.@Nullable Weights base,
        MatrixMeasures.@Nullable Weights finetuned,
        @Nullable Values singularValues) {
    /**
     * Singular values, the largest first; those left out are zero.
     *
     * @param delta of W' - W
     */
    record Values(List<Float> delta, @Nullable List<Float> base, @Nullable List<Float> finetuned) {}

    static MatrixView of(Matrices.Kept kept, boolean withValues) {
        MatrixMeasures measures = kept.measures();
        return new MatrixView(
                kept.path(),
                measures.module(),
                measures.layer(),
                measures.shape(),
                measures.rank_50(),
                measures.rank_90(),
                measures.rank_99(),
                measures.stableRank(),
                measures.effectiveRank(),
                measures.frobeniusNorm(),
                measures.relativeNorm(),
                measures.tails(),
                measures.intruders(),
                measures.base(),
                measures.finetuned(),
                withValues ? new Values(kept.change(), kept.base(), kept.finetuned()) : null);
    }
}
