package dev.palimpsest.exports;

import dev.palimpsest.background.Piece;
import dev.palimpsest.background.PieceStatus;
import dev.palimpsest.decomposition.IntruderReduction;
import dev.palimpsest.trainer.ExportForm;
import dev.palimpsest.trainer.ExportedFile;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An export as it is answered. */
record ExportView(
        String id,
        String checkpoint,
        ExportForm form,
        @Nullable IntruderReduction reduceIntruders,
        PieceStatus status,
        @Nullable Double largestLogitDifference,
        @Nullable Integer reducedIntruders,
        Piece.@Nullable Failure error,
        List<ExportedFile> files,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt) {

    static ExportView of(Export export) {
        return new ExportView(
                export.id(),
                export.checkpoint(),
                export.form(),
                export.reduction().orElse(null),
                export.status(),
                export.largestLogitDifference().orElse(null),
                export.reducedIntruders().orElse(null),
                export.failure().orElse(null),
                export.files(),
                export.createdAt(),
                export.startedAt().orElse(null),
                export.endedAt().orElse(null));
    }
}
