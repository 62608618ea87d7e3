package dev.palimpsest.advice;

/** What an experiment says to a claim. */
public enum Verdict {
    /** The 95 % interval lies where the claim has it. */
    SUPPORTED("supported"),
    /** It lies on the other side. */
    CONTRADICTED("contradicted"),
    /** It has both in it. */
    WITHIN_NOISE("within noise"),
    NOT_MEASURED("not measured");

    private final String words;

    Verdict(String words) {
        this.words = words;
    }

    public String words() {
        return words;
    }

    /** By whether a difference is above 0. */
    static Verdict ofSign(Difference difference) {
        if (difference.isPositive()) return SUPPORTED;
        if (difference.isNegative()) return CONTRADICTED;
        return difference.stderr() == null ? NOT_MEASURED : WITHIN_NOISE;
    }
}
