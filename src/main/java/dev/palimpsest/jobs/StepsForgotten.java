package dev.palimpsest.jobs;

/** A job went back to a step: later ones are trained anew. Published inside the transaction. */
public record StepsForgotten(String job, long step) {}
