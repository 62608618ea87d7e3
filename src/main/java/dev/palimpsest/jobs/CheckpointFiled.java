package dev.palimpsest.jobs;

/**
 * A job's checkpoint is filed. Published inside the transaction, and again when a later attempt
 * saves the step anew.
 */
public record CheckpointFiled(String job, long step) {}
