package dev.palimpsest.jobs;

/**
 * A job was put into the queue by its owner; {@code round} tells this time from earlier ones.
 * Published inside the transaction that saves the job.
 */
public record JobQueued(String job, int round) {}
