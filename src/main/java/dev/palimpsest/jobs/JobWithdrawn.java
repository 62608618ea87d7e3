package dev.palimpsest.jobs;

/** A queued job was cancelled before any worker took it. */
public record JobWithdrawn(String job, int round) {}
