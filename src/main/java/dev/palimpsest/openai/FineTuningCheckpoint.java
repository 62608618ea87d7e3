package dev.palimpsest.openai;

import dev.palimpsest.jobs.Checkpoint;
import dev.palimpsest.jobs.Job;
import java.time.Instant;
import java.util.Map;

/**
 * A checkpoint as clients of the OpenAI API read it.
 *
 * @param metrics the losses, and what was scored there: learning, forgetting, each task's metrics
 */
record FineTuningCheckpoint(
        String id,
        String object,
        long createdAt,
        String fineTunedModelCheckpoint,
        String fineTuningJobId,
        long stepNumber,
        Map<String, Double> metrics) {
    private static final String NATIVE = "ckpt_";

    static FineTuningCheckpoint of(
            Job job, Checkpoint checkpoint, Instant at, Map<String, Double> metrics) {
        return new FineTuningCheckpoint(
                "ftckpt_" + checkpoint.id().substring(NATIVE.length()),
                "fine_tuning.job.checkpoint",
                at.getEpochSecond(),
                ModelName.of(job, checkpoint.step()),
                JobId.openAi(job.id()),
                checkpoint.step(),
                metrics);
    }
}
