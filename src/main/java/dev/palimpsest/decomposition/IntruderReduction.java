package dev.palimpsest.decomposition;

import dev.palimpsest.spec.Default;
import dev.palimpsest.spec.Faults;

/**
 * Scales down intruder dimensions (Shuttleworth et al. 2024): large left singular vectors of W'
 * that no left vector of W is aligned with.
 *
 * @param top how many of the largest are looked at
 * @param epsilon the |cosine| with each vector of W that an intruder stays below
 * @param scale what an intruder's singular value is multiplied by
 */
public record IntruderReduction(
        @Default("10") int top, @Default("0.5") double epsilon, @Default("0.75") double scale) {
    private static final int MOST = 1000;

    public IntruderReduction {
        new Faults()
                .between(top, 1, MOST, "/top")
                .between(epsilon, 0.0, 1.0, "/epsilon")
                .between(scale, 0.0, 1.0, "/scale")
                .raise();
    }
}
