package dev.palimpsest.spec;

/** Whose rules a task of choices is asked and judged by. */
public enum Convention {
    /**
     * lm-evaluation-harness: context and option become tokens together, the largest sum of
     * log-likelihoods wins, as it is or for each character.
     */
    LM_EVAL("\n\n"),

    /**
     * The Gauntlet that the paper measured forgetting with: context and option become tokens apart,
     * the smallest mean cross-entropy of a token wins.
     */
    GAUNTLET("\n");

    private final String separator;

    Convention(String separator) {
        this.separator = separator;
    }

    /** By its name in results; those of before conventions had names are the first one's. */
    public static Convention named(String name) {
        return name.equals("gauntlet") ? GAUNTLET : LM_EVAL;
    }

    /** What stands between exemplars. */
    public String separator() {
        return separator;
    }
}
