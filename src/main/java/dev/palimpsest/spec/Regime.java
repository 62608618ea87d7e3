package dev.palimpsest.spec;

/** Which tokens carry loss: the completion only, or every one (paper, section 2). */
public enum Regime {
    INSTRUCTION,
    PRETRAINING
}
