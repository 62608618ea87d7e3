package dev.palimpsest.jobs;

/**
 * A job's checkpoint is filed. Published inside the transaction, and again when a later attempt
 * saves the step anew.
 *
 * @param last whether the run ends there
 */
public record CheckpointFiled(String job, long step, boolean last) {}
