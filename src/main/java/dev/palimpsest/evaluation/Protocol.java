package dev.palimpsest.evaluation;

import dev.palimpsest.spec.Convention;
import dev.palimpsest.spec.Exemplars;
import java.util.Locale;

/**
 * How a benchmark is asked.
 *
 * @param fewShot how many exemplars come before each item
 */
public record Protocol(Convention convention, int fewShot, Exemplars exemplars) {
    /** lm-evaluation-harness's own. */
    static Protocol harness(int fewShot) {
        return new Protocol(Convention.LM_EVAL, fewShot, Exemplars.SAMPLED);
    }

    /** Equal words, equal protocols; without exemplars there is no choice of them. */
    public String words() {
        String exemplars = fewShot == 0 ? "" : " " + exemplars().name().toLowerCase(Locale.ROOT);
        return "%s %d%s".formatted(convention.name().toLowerCase(Locale.ROOT), fewShot, exemplars);
    }
}
