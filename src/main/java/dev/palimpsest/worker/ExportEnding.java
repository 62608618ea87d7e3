package dev.palimpsest.worker;

import dev.palimpsest.background.Breakdown;
import dev.palimpsest.trainer.ExportedFile;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the process of an export ended. */
public sealed interface ExportEnding {
    /** Everything is written. */
    record Made(
            double largestLogitDifference,
            @Nullable Integer reducedIntruders,
            List<ExportedFile> files)
            implements ExportEnding {}

    /** Nothing is to be had. */
    record Failed(Breakdown breakdown) implements ExportEnding {}
}
