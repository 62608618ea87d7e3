package dev.palimpsest.analysis;

import dev.palimpsest.evaluation.ScoreKind;
import dev.palimpsest.figures.Axis;
import dev.palimpsest.figures.Interval;
import org.jspecify.annotations.Nullable;

/** A score as a figure shows it. */
public final class ScoreAxis {
    private static final String BITS = "bits per byte";

    private ScoreAxis() {}

    public static Axis of(String name, @Nullable ScoreKind kind) {
        return Axis.linear(name, kind == ScoreKind.BITS_PER_BYTE ? "minus " + BITS : unit(kind));
    }

    /** How far a score has come down; bits that were added count as such. */
    static Axis ofLoss(String name, @Nullable ScoreKind kind) {
        return Axis.linear(name, unit(kind));
    }

    private static String unit(@Nullable ScoreKind kind) {
        if (kind == null) return "";
        return switch (kind) {
            case ACCURACY -> "mean accuracy";
            case BITS_PER_BYTE -> BITS;
        };
    }

    /** None where a standard error is missing. */
    public static @Nullable Interval interval(Estimate estimate) {
        return estimate.low() == null || estimate.high() == null
                ? null
                : new Interval(estimate.low(), estimate.high());
    }
}
