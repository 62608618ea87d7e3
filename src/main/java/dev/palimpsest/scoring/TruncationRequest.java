package dev.palimpsest.scoring;

import dev.palimpsest.decomposition.Truncation;
import dev.palimpsest.spec.Default;
import dev.palimpsest.spec.Faults;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A rank to which a checkpoint's changes are cut down before it is scored.
 *
 * @param tasks the experiment's, as the job asks them, if left out
 * @param precision the job's if left out
 */
record TruncationRequest(
        int rank,
        @Default("\"finetuned\"") Truncation.Rest rest,
        @Nullable List<AskedTask> tasks,
        @Nullable ScoringPrecision precision) {
    TruncationRequest {
        new Faults()
                .between(rank, 1, Truncation.MOST, "/rank")
                .require(tasks == null || !tasks.isEmpty(), "/tasks", "must name a task")
                .raise();
        if (tasks != null) tasks = List.copyOf(tasks);
    }
}
