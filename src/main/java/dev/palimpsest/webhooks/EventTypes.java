package dev.palimpsest.webhooks;

import java.util.List;

/** What can be told of, by the names that a webhook is asked for and an event carries. */
final class EventTypes {
    /** With the status that a job ended in. */
    static final String JOB = "job.";

    /** The same as the hosted service calls it. */
    static final String FINE_TUNING_JOB = "fine_tuning.job.";

    static final String GUARDED = "job.guarded";
    static final String SWEEP_ENDED = "sweep.ended";
    static final String STUDY_ENDED = "study.ended";

    /** Sent when its owner asks for it, and to that webhook alone. */
    static final String TEST = "webhook.test";

    static final List<String> CHOICES =
            List.of(
                    JOB + "succeeded",
                    JOB + "failed",
                    JOB + "cancelled",
                    GUARDED,
                    SWEEP_ENDED,
                    STUDY_ENDED,
                    FINE_TUNING_JOB + "succeeded",
                    FINE_TUNING_JOB + "failed",
                    FINE_TUNING_JOB + "cancelled");

    private EventTypes() {}
}
