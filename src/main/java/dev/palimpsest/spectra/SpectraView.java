package dev.palimpsest.spectra;

import dev.palimpsest.background.Piece;
import dev.palimpsest.background.PieceStatus;
import dev.palimpsest.spec.TargetModules;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint's spectra as they are answered, a page of its matrices.
 *
 * @param against the other checkpoint, whose weights are W; none: the base model
 * @param intruders whether the spectra of W and W' and intruder dimensions were asked for
 * @param summary over all matrices, once all are compared
 * @param data the matrices that are compared so far, in the order of the forward pass
 */
record SpectraView(
        String checkpoint,
        @Nullable String against,
        TargetModules modules,
        boolean intruders,
        PieceStatus status,
        Piece.@Nullable Failure error,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable Summary summary,
        List<MatrixView> data,
        boolean hasMore,
        @Nullable String lastId) {
    static SpectraView of(Decomposition decomposition) {
        return of(decomposition, List.of(), false, null);
    }

    static SpectraView of(
            Decomposition decomposition,
            List<MatrixView> data,
            boolean hasMore,
            @Nullable String lastId) {
        return new SpectraView(
                decomposition.checkpoint(),
                decomposition.against().orElse(null),
                decomposition.modules(),
                decomposition.intruders(),
                decomposition.status(),
                decomposition.failure().orElse(null),
                decomposition.createdAt(),
                decomposition.startedAt().orElse(null),
                decomposition.endedAt().orElse(null),
                decomposition.summary().orElse(null),
                data,
                hasMore,
                lastId);
    }
}
