package dev.palimpsest.mlflow;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.palimpsest.jobs.Experiment;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What clients are answered; each under the name of its message in MLflow, times in ms. */
final class Answers {
    /** Nothing here is deleted and still there. */
    static final String ACTIVE = "active";

    private Answers() {}

    record Created(String experimentId) {}

    record ExperimentAnswer(ExperimentInfo experiment) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ExperimentList(List<ExperimentInfo> experiments, @Nullable String nextPageToken) {}

    record ExperimentInfo(
            String experimentId,
            String name,
            String artifactLocation,
            String lifecycleStage,
            long creationTime,
            long lastUpdateTime,
            List<Named> tags) {
        static ExperimentInfo of(Experiment experiment) {
            Map<String, String> tags = new TreeMap<>(experiment.tags());
            if (!experiment.unplanned()) tags.put("palimpsest.base_model", experiment.baseModel());
            return new ExperimentInfo(
                    experiment.id(),
                    experiment.name(),
                    "palimpsest:/api/v1/experiments/" + experiment.id(),
                    ACTIVE,
                    experiment.createdAt().toEpochMilli(),
                    experiment.updatedAt().toEpochMilli(),
                    Named.list(tags));
        }
    }

    record RunAnswer(Run run) {}

    record UpdatedRun(RunInfo runInfo) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record RunList(List<Run> runs, @Nullable String nextPageToken) {}

    record Run(RunInfo info, RunData data) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record RunInfo(
            String runId,
            String runUuid,
            String runName,
            String experimentId,
            String userId,
            String status,
            long startTime,
            @Nullable Long endTime,
            String artifactUri,
            String lifecycleStage) {}

    /** A param or a tag. */
    record Named(String key, String value) {
        static List<Named> list(Map<String, String> map) {
            return map.entrySet().stream()
                    .map(entry -> new Named(entry.getKey(), entry.getValue()))
                    .toList();
        }
    }

    record RunData(List<Metric> metrics, List<Named> params, List<Named> tags) {}

    /**
     * A point of a metric.
     *
     * @param value a number, or what is none in words
     */
    record Metric(String key, Number value, long timestamp, long step) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record History(List<Metric> metrics, @Nullable String nextPageToken) {}

    /** There is nothing to say. */
    record Nothing() {}
}
