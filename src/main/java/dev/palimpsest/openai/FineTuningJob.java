package dev.palimpsest.openai;

import dev.palimpsest.jobs.Job;
import dev.palimpsest.jobs.Status;
import dev.palimpsest.spec.JobSpec;
import dev.palimpsest.spec.Method;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A job as clients of the OpenAI API read it; times are Unix seconds.
 *
 * @param learningRate of this service, as all that follows
 */
record FineTuningJob(
        String id,
        String object,
        long createdAt,
        @Nullable Failure error,
        @Nullable String fineTunedModel,
        @Nullable Long finishedAt,
        @Nullable Long estimatedFinish,
        Hyperparameters hyperparameters,
        String model,
        String organizationId,
        List<String> resultFiles,
        String status,
        @Nullable Long trainedTokens,
        String trainingFile,
        @Nullable String validationFile,
        List<String> integrations,
        long seed,
        MethodDone method,
        Map<String, String> metadata,
        double learningRate,
        @Nullable Lora lora,
        String experiment,
        String job) {
    /** Why it failed. */
    record Failure(String code, String message, @Nullable String param) {}

    /** What "auto" came to; an epoch's number only where the length was said in whole epochs. */
    record Hyperparameters(
            @Nullable Integer nEpochs, int batchSize, double learningRateMultiplier) {
        static Hyperparameters of(JobSpec spec) {
            Double epochs = spec.training().epochs();
            return new Hyperparameters(
                    epochs == null || epochs != Math.rint(epochs) ? null : epochs.intValue(),
                    spec.training().batchSize(),
                    spec.training().learningRate()
                            / Recipe.usualRate(spec.method() instanceof Method.Full));
        }
    }

    record MethodDone(String type, Supervised supervised) {}

    record Supervised(Hyperparameters hyperparameters) {}

    /** The adapter; null where every weight is trained. */
    record Lora(int r, double alpha, double dropout, Method.Variant variant) {}

    static FineTuningJob of(Job job) {
        JobSpec spec = job.spec();
        Hyperparameters done = Hyperparameters.of(spec);
        boolean succeeded = job.status() == Status.SUCCEEDED;
        return new FineTuningJob(
                JobId.openAi(job.id()),
                "fine_tuning.job",
                job.createdAt().getEpochSecond(),
                job.errorTitle().map(title -> new Failure("job_failed", title, null)).orElse(null),
                succeeded ? ModelName.of(job) : null,
                job.endedAt().map(Instant::getEpochSecond).orElse(null),
                null,
                done,
                job.baseModel(),
                ModelName.ORGANISATION,
                ResultFile.of(job),
                job.status().word(),
                job.status().terminal() ? job.tokens() : null,
                spec.dataset().train(),
                spec.dataset().validation(),
                List.of(),
                spec.training().seed(),
                new MethodDone("supervised", new Supervised(done)),
                job.tags(),
                spec.training().learningRate(),
                spec.method() instanceof Method.Lora lora
                        ? new Lora(lora.rank(), lora.alpha(), lora.dropout(), lora.variant())
                        : null,
                job.experiment(),
                job.id());
    }
}
