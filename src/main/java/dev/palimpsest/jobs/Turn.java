package dev.palimpsest.jobs;

/** The right to write about a job, as long as {@code attempt} is its current one. */
public record Turn(String job, int attempt) {}
