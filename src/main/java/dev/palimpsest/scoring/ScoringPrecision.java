package dev.palimpsest.scoring;

import dev.palimpsest.jobs.Job;
import dev.palimpsest.spec.Precision;

/** The number format of weights and passes. */
enum ScoringPrecision {
    FP32,
    BF16;

    /** As a job scores its own steps. */
    static ScoringPrecision of(Job job) {
        return job.spec().training().precision() == Precision.FP32 ? FP32 : BF16;
    }
}
