package dev.palimpsest.studies;

import dev.palimpsest.analysis.RateChoice;
import dev.palimpsest.spectra.SpectraProgress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A study as it is answered.
 *
 * @param origin its id where it was run, if that was elsewhere
 * @param choices of rates, once the jobs that tried them have ended
 * @param reason why it is paused or failed
 * @param report where its experiment's report is
 */
record StudyView(
        String id,
        String experiment,
        @Nullable String name,
        @Nullable String origin,
        StudyStatus status,
        Stage stage,
        Progress progress,
        List<RateChoice> choices,
        @Nullable String reason,
        StudyRequest request,
        String report,
        Instant createdAt,
        @Nullable Instant endedAt) {

    /** How far each of its parts is. */
    record Progress(SweepProgress rates, @Nullable SweepProgress grid, SpectraProgress spectra) {}

    /**
     * A sweep of the study.
     *
     * @param statuses how many of its jobs have each status
     */
    record SweepProgress(String sweep, Map<String, Long> statuses) {}

    static StudyView of(Study study, Progress progress) {
        return new StudyView(
                study.id(),
                study.experiment(),
                study.name().orElse(null),
                study.origin().orElse(null),
                study.status(),
                study.stage(),
                progress,
                study.choices().orElse(List.of()),
                study.reason().orElse(null),
                study.request(),
                "/api/v1/experiments/%s/report".formatted(study.experiment()),
                study.createdAt(),
                study.endedAt().orElse(null));
    }
}
