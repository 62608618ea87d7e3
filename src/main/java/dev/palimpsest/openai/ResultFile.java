package dev.palimpsest.openai;

import dev.palimpsest.jobs.Job;
import dev.palimpsest.jobs.Status;
import dev.palimpsest.metrics.Metrics;
import dev.palimpsest.web.Csv;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** What a job that has succeeded measured at its steps, as a table; made when it is asked for. */
record ResultFile(String id, byte[] bytes, Instant createdAt) {
    private static final String PREFIX = "file-results-";

    static boolean isOne(String file) {
        return file.startsWith(PREFIX);
    }

    /** The files of a job. */
    static List<String> of(Job job) {
        return job.status() == Status.SUCCEEDED
                ? List.of(PREFIX + JobId.bare(job.id()))
                : List.of();
    }

    /** The job that a file is of, or another id that no job has. */
    static String job(String file) {
        return JobId.PREFIX + file.substring(PREFIX.length());
    }

    static ResultFile of(Job job, Metrics metrics) {
        return new ResultFile(
                PREFIX + JobId.bare(job.id()),
                table(job, metrics).getBytes(StandardCharsets.UTF_8),
                job.endedAt().orElse(job.createdAt()));
    }

    /** Accuracies of tokens are not measured. */
    private static String table(Job job, Metrics metrics) {
        Map<Long, Double> train = metrics.finite(job.id(), "train/loss");
        Map<Long, Double> valid = metrics.finite(job.id(), "validation/loss");
        Csv csv = new Csv();
        csv.line(
                List.of(
                        "step",
                        "train_loss",
                        "train_accuracy",
                        "valid_loss",
                        "valid_mean_token_accuracy"));
        TreeSet<Long> steps = new TreeSet<>(train.keySet());
        steps.addAll(valid.keySet());
        for (Long step : steps)
            csv.line(Arrays.asList(step, train.get(step), null, valid.get(step), null));
        return csv.text();
    }
}
