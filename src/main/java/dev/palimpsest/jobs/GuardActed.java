package dev.palimpsest.jobs;

/** A guard of a job's spec acted. Published inside the transaction that files it. */
public record GuardActed(String job, Guarded act) {}
