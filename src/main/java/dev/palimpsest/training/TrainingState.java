package dev.palimpsest.training;

/** How far a run has come: updates made, and tokens (padding apart) that went through the model. */
public record TrainingState(long step, long tokens) {}
