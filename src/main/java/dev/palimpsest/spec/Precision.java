package dev.palimpsest.spec;

/** The number formats of a run; an adapter is trained in fp32 whatever its base has. */
public enum Precision {
    /** Everything. */
    FP32,
    /** Weights, gradients and optimizer state; nothing has more digits. */
    BF16,
    /**
     * Weights and activations of the passes; fp32 master weights, gradients and optimizer state.
     */
    AMP_BF16
}
