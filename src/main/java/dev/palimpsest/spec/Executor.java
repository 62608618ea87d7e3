package dev.palimpsest.spec;

/** Who trains a job. */
public enum Executor {
    /** A worker of this service. */
    PALIMPSEST,
    /** Its owner, elsewhere, who says by HTTP what was measured and made. */
    EXTERNAL
}
