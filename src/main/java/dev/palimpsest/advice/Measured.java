package dev.palimpsest.advice;

/** What is measured at the end of a run. */
enum Measured {
    LEARNING,
    /** The base model's learning. */
    BASE_LEARNING,
    FORGETTING,
    /** Different texts among the samples of a problem, the mean over problems. */
    DISTINCT,
    /** How many more there are of the base model. */
    DISTINCT_LOST
}
