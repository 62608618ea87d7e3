package dev.palimpsest.trainer;

import dev.palimpsest.evaluation.TaskDefinition;
import dev.palimpsest.spec.Convention;
import dev.palimpsest.spec.Default;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The run file of a scoring: a model and the tasks that are asked of it.
 *
 * @param model the base model's Hugging Face directory
 * @param checkpoint the folder of what is scored instead; null for the base model
 * @param kind of the checkpoint: adapter or model
 * @param bf16 whether the passes are in bf16
 * @param device where it is scored: {@code cpu} or {@code cuda:N}
 */
public record ScoringRun(
        String model,
        @Nullable String checkpoint,
        @Nullable String kind,
        boolean bf16,
        List<Asked> tasks,
        int threads,
        @Default("\"cpu\"") String device) {
    /**
     * A task and the file of its items.
     *
     * @param place what its score is told by
     * @param definition of a team's own task
     * @param limit of how many items; null for all
     */
    public record Asked(
            int place,
            String task,
            @Nullable TaskDefinition definition,
            Convention convention,
            String items,
            @Nullable Integer limit) {}
}
