package dev.palimpsest.metrics;

import dev.palimpsest.evaluation.Measure;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One task scored at one step of a job; the checkpoint is null for the base model, which stands at
 * step 0.
 *
 * @param measured here, or external where the job's owner said it
 */
public record Evaluation(
        String id,
        String job,
        long step,
        @Nullable String checkpoint,
        String model,
        String task,
        String convention,
        Map<String, Measure> metrics,
        int items,
        String fingerprint,
        String measured) {}
