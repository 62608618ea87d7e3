package dev.palimpsest.scoring;

import dev.palimpsest.decomposition.Truncation;
import dev.palimpsest.spec.Default;
import dev.palimpsest.spec.Faults;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be scored, and on what: a base model by its name or a checkpoint by its id.
 *
 * @param truncation of what finetuning changed, before it is scored
 */
record ScoringRequest(
        @Nullable String model,
        @Nullable String checkpoint,
        @Nullable Truncation truncation,
        List<AskedTask> tasks,
        @Default("\"fp32\"") ScoringPrecision precision) {
    private static final int MOST_TASKS = 100;

    ScoringRequest {
        tasks = List.copyOf(tasks);
        new Faults()
                .require(
                        (model == null) != (checkpoint == null),
                        "/model",
                        "must name a model, or else checkpoint one of a job; one of the two")
                .require(
                        truncation == null || checkpoint != null,
                        "/truncation",
                        "cuts down what finetuning changed, so checkpoint must name a checkpoint")
                .require(
                        !tasks.isEmpty() && tasks.size() <= MOST_TASKS,
                        "/tasks",
                        "must be 1 to %d tasks".formatted(MOST_TASKS))
                .raise();
    }
}
