package dev.palimpsest.mlflow;

import dev.palimpsest.spec.Default;
import dev.palimpsest.spec.Faults;
import dev.palimpsest.spec.Tolerant;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What clients send; each under the name of its message in MLflow. */
final class Requests {
    private static final int MOST_ENTITIES = 1_000;
    private static final int MOST_PARAMS = 100;
    private static final int MOST_TAGS = 100;
    private static final int MOST_EXPERIMENTS = 1_000;

    private Requests() {}

    @Tolerant
    record CreateExperiment(String name, @Default("[]") List<Entry> tags) {
        CreateExperiment {
            new Faults()
                    .require(
                            !name.isBlank() && name.length() <= 200,
                            "/name",
                            "must have 1 to 200 characters")
                    .raise();
        }
    }

    @Tolerant
    record SearchExperiments(
            @Nullable WholeNumber maxResults,
            @Nullable String pageToken,
            @Nullable String filter,
            @Default("[]") List<String> orderBy,
            @Nullable String viewType) {}

    @Tolerant
    record CreateRun(
            @Default("\"0\"") String experimentId,
            @Nullable String userId,
            @Nullable String runName,
            @Default("[]") List<Entry> tags) {}

    @Tolerant
    record UpdateRun(
            @Nullable String runId,
            @Nullable String runUuid,
            @Nullable String status,
            @Nullable String runName) {
        UpdateRun {
            new Faults()
                    .require(
                            status == null || RunStatus.WORDS.contains(status),
                            "/status",
                            "must be one of %s, got %s"
                                    .formatted(String.join(", ", RunStatus.WORDS), status))
                    .raise();
        }

        String run() {
            return chosen(runId, runUuid);
        }
    }

    @Tolerant
    record SearchRuns(
            @Default("[]") List<String> experimentIds,
            @Nullable String filter,
            @Nullable String runViewType,
            @Nullable WholeNumber maxResults,
            @Default("[]") List<String> orderBy,
            @Nullable String pageToken) {
        SearchRuns {
            new Faults()
                    .between(experimentIds.size(), 1, MOST_EXPERIMENTS, "/experiment_ids")
                    .raise();
        }
    }

    @Tolerant
    record LogMetric(
            @Nullable String runId,
            @Nullable String runUuid,
            String key,
            RealNumber value,
            @Nullable WholeNumber timestamp,
            @Nullable WholeNumber step) {
        String run() {
            return chosen(runId, runUuid);
        }

        Measurement measurement() {
            return new Measurement(key, value, timestamp, step);
        }
    }

    /** A metric of a batch. */
    @Tolerant
    record Measurement(
            String key,
            RealNumber value,
            @Nullable WholeNumber timestamp,
            @Nullable WholeNumber step) {
        private static final Pattern KEY = Pattern.compile("[\\w .:/@-]{1,250}");
        private static final long LAST_STEP = 1L << 40;
        private static final long LAST_TIME = 253_402_300_799_999L; // the end of 9999

        Measurement {
            Faults faults =
                    new Faults()
                            .require(
                                    KEY.matcher(key).matches(),
                                    "/key",
                                    "must have 1 to 250 of letters, digits, spaces, '_', '.', '@', ':', '/' and '-'");
            if (step != null) faults.between(step.number(), 0, LAST_STEP, "/step");
            if (timestamp != null) faults.between(timestamp.number(), 0, LAST_TIME, "/timestamp");
            faults.raise();
        }
    }

    @Tolerant
    record LogParam(
            @Nullable String runId,
            @Nullable String runUuid,
            String key,
            @Default("\"\"") String value) {
        String run() {
            return chosen(runId, runUuid);
        }
    }

    @Tolerant
    record SetTag(
            @Nullable String runId,
            @Nullable String runUuid,
            String key,
            @Default("\"\"") String value) {
        String run() {
            return chosen(runId, runUuid);
        }
    }

    @Tolerant
    record LogBatch(
            String runId,
            @Default("[]") List<Measurement> metrics,
            @Default("[]") List<Entry> params,
            @Default("[]") List<Entry> tags) {
        LogBatch {
            new Faults()
                    .between(params.size(), 0, MOST_PARAMS, "/params")
                    .between(tags.size(), 0, MOST_TAGS, "/tags")
                    .between(
                            metrics.size() + params.size() + tags.size(),
                            0,
                            MOST_ENTITIES,
                            "/metrics")
                    .raise();
        }
    }

    /** A run is named in either of two fields, of which one is from before MLflow 1.0. */
    static String chosen(@Nullable String runId, @Nullable String runUuid) {
        String chosen = runId == null || runId.isEmpty() ? runUuid : runId;
        if (chosen == null || chosen.isEmpty())
            throw new Refused(ErrorCode.INVALID_PARAMETER_VALUE, "run_id is required");
        return chosen;
    }
}
