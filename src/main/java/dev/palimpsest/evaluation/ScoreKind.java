package dev.palimpsest.evaluation;

/** What a number says, and so which way is better; two kinds are never mixed in one mean. */
public enum ScoreKind {
    /** A share of items, from 0 to 1; more is better. */
    ACCURACY,
    /** Bits needed for a byte of text; less is better. */
    BITS_PER_BYTE
}
