package dev.palimpsest.scoring;

/** The number format of weights and passes. */
enum ScoringPrecision {
    FP32,
    BF16
}
