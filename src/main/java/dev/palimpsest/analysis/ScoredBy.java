package dev.palimpsest.analysis;

/** What learning rates are compared by. */
public enum RateScore {
    /** The learning score: accuracies, or minus bits per byte where there are only those. */
    LEARNING,
    /** Minus the bits per byte of the learning tasks' texts, which tell short runs apart. */
    BITS_PER_BYTE
}
