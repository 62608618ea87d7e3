package dev.palimpsest.metrics;

import dev.palimpsest.evaluation.Score;

/** A job's score at a step; step 0 is the base model. */
public record StepScore(String job, long step, Score score) {}
