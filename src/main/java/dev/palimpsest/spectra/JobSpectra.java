package dev.palimpsest.spectra;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The spectra of a job's checkpoints over training. */
record JobSpectra(List<OfCheckpoint> data) {
    /**
     * One checkpoint's, against the base model.
     *
     * @param summary once they are computed
     */
    record OfCheckpoint(
            String checkpoint,
            long step,
            double epoch,
            long tokens,
            String status,
            @Nullable Summary summary,
            @Nullable HeatMap heatMap) {}
}
