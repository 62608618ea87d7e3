package dev.palimpsest.spec;

/** The number format of weights and activations. */
public enum Precision {
    FP32
}
