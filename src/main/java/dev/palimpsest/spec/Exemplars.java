package dev.palimpsest.spec;

/** Which solved documents a task shows before the one it asks. */
public enum Exemplars {
    /** Drawn anew for each item, by the convention's own generator and seed. */
    SAMPLED,
    /** The first ones, the same for all items. */
    FIRST_N
}
