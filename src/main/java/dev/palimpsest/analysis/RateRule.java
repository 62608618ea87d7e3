package dev.palimpsest.analysis;

/** By which a learning rate is chosen among those that were tried. */
public enum RateRule {
    /**
     * The highest rate such that no run at it or below it diverged and that reaches 90 % of the
     * best score among those (paper, section 4.7: the highest that still trains stably).
     */
    HIGHEST_STABLE,
    /** The rate with the best score. */
    BEST
}
