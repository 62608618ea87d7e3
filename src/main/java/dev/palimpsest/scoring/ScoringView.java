package dev.palimpsest.scoring;

import dev.palimpsest.background.Piece;
import dev.palimpsest.background.PieceStatus;
import dev.palimpsest.decomposition.Kept;
import dev.palimpsest.decomposition.Truncation;
import dev.palimpsest.jobs.StepToScore;
import dev.palimpsest.spec.Convention;
import dev.palimpsest.spec.Exemplars;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A scoring as it is answered.
 *
 * @param checkpoint none: the base model itself
 * @param truncation of what finetuning changed, before it was scored
 * @param kept what that left of it, once it is done
 */
record ScoringView(
        String id,
        String model,
        @Nullable String checkpoint,
        @Nullable Truncation truncation,
        @Nullable Kept kept,
        @Nullable String job,
        @Nullable Long step,
        ScoringPrecision precision,
        PieceStatus status,
        List<TaskView> tasks,
        Piece.@Nullable Failure error,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt) {
    /**
     * A task and its score.
     *
     * @param evaluation its id, once it is scored
     */
    record TaskView(
            String name,
            @Nullable Integer limit,
            @Nullable Integer fewShot,
            Exemplars exemplars,
            Convention convention,
            @Nullable String evaluation) {}

    static ScoringView of(Scoring scoring, Map<Integer, String> results) {
        List<TaskView> tasks = new ArrayList<>();
        for (AskedTask task : scoring.tasks())
            tasks.add(
                    new TaskView(
                            task.name(),
                            task.limit(),
                            task.fewShot(),
                            task.exemplars(),
                            task.convention(),
                            results.get(tasks.size())));
        return new ScoringView(
                scoring.id(),
                scoring.baseModel(),
                scoring.checkpoint().orElse(null),
                scoring.truncation().orElse(null),
                scoring.kept().orElse(null),
                scoring.step().map(StepToScore::job).orElse(null),
                scoring.step().map(StepToScore::step).orElse(null),
                scoring.precision(),
                scoring.status(),
                tasks,
                scoring.failure().orElse(null),
                scoring.createdAt(),
                scoring.startedAt().orElse(null),
                scoring.endedAt().orElse(null));
    }
}
