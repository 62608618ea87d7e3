package dev.palimpsest.external;

import dev.palimpsest.jobs.Outcome;
import dev.palimpsest.spec.Default;
import dev.palimpsest.spec.Faults;
import org.jspecify.annotations.Nullable;

/**
 * How training elsewhere ended.
 *
 * @param error why it failed, in a sentence
 * @param diverged whether it lost its way, so that its rate is not counted as a stable one
 */
record EndRequest(Ending outcome, @Nullable String error, @Default("false") boolean diverged) {
    private static final int LONGEST_ERROR = 2000;

    /** The two ways. */
    enum Ending {
        SUCCEEDED,
        FAILED
    }

    EndRequest {
        new Faults()
                .require(
                        error == null || (!error.isBlank() && error.length() <= LONGEST_ERROR),
                        "/error",
                        "must have 1 to %d characters".formatted(LONGEST_ERROR))
                .require(
                        error == null || outcome == Ending.FAILED,
                        "/error",
                        "belongs to a job that failed")
                .raise();
    }

    Outcome outcome(long lastStep) {
        return switch (outcome) {
            case SUCCEEDED -> new Outcome.Finished(lastStep, 0);
            case FAILED ->
                    new Outcome.Failed(
                            error == null ? "the training elsewhere failed" : error, "", false);
        };
    }
}
