package dev.palimpsest.spec;

/** Who scores a job's checkpoints. */
public enum Scorer {
    /** The job's own trainer, which goes on when it has its scores. */
    TRAINER,
    /** Any worker, as a scoring of its own; the trainer goes on at once. */
    WORKER
}
