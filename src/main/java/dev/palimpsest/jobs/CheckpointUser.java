package dev.palimpsest.jobs;

/** Implemented by modules that read checkpoints, so that those are not deleted meanwhile. */
public interface CheckpointUser {
    boolean needs(String checkpoint);
}
