package dev.palimpsest.jobs;

/**
 * A step of a job is to be scored by a worker; step 0 is the base model, any other has its
 * checkpoint filed. Published inside the transaction that files the trainer's word for it, and
 * again when a later attempt comes by.
 */
public record StepToScore(String job, long step) {}
