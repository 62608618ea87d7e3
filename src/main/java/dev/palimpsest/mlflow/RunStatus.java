package dev.palimpsest.mlflow;

import dev.palimpsest.jobs.Status;
import java.util.Arrays;
import java.util.List;

/** A run's status, of which MLflow has fewer than a job. */
enum RunStatus {
    RUNNING,
    SCHEDULED,
    FINISHED,
    FAILED,
    KILLED;

    static final List<String> WORDS = Arrays.stream(values()).map(Enum::name).toList();

    static RunStatus of(Status status) {
        return switch (status) {
            case QUEUED, PAUSED -> SCHEDULED;
            case RUNNING -> RUNNING;
            case SUCCEEDED -> FINISHED;
            case FAILED -> FAILED;
            case CANCELLED -> KILLED;
        };
    }
}
