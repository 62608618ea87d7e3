package dev.palimpsest.studies;

/** What a study waits for. */
enum Stage {
    /** The jobs that try learning rates. */
    RATES,
    /** The jobs at the rates that were chosen. */
    GRID,
    /** The spectra of their last checkpoints. */
    SPECTRA,
    DONE
}
