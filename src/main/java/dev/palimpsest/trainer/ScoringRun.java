package dev.palimpsest.trainer;

import dev.palimpsest.decomposition.Truncation;
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
 * @param truncation how what finetuning changed is cut down first; null to leave it
 * @param bf16 whether the passes are in bf16
 * @param device where it is scored: {@code cpu} or {@code cuda:N}
 */
public record ScoringRun(
        String model,
        @Nullable String checkpoint,
        @Nullable String kind,
        @Nullable Truncation truncation,
        boolean bf16,
        List<Asked> tasks,
        int threads,
        @Default("\"cpu\"") String device) {
    /** The same of a whole model. */
    ScoringRun ofModel(String folder) {
        return new ScoringRun(folder, null, null, null, bf16, tasks, threads, device);
    }

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
