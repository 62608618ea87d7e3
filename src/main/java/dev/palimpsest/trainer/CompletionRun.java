package dev.palimpsest.trainer;

import dev.palimpsest.spec.Default;
import org.jspecify.annotations.Nullable;

/**
 * The run file of completions: the model that writes them, whatever is asked of it later.
 *
 * @param model the base model's Hugging Face directory
 * @param checkpoint the folder of what writes instead; null for the base model
 * @param kind of the checkpoint: adapter or model
 * @param bf16 whether the passes are in bf16
 * @param device where it runs: {@code cpu} or {@code cuda:N}
 */
public record CompletionRun(
        String model,
        @Nullable String checkpoint,
        @Nullable String kind,
        boolean bf16,
        int threads,
        @Default("\"cpu\"") String device) {}
