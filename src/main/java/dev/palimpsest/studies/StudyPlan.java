package dev.palimpsest.studies;

import dev.palimpsest.spec.Faults;
import dev.palimpsest.sweeps.SweepPlan;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a study would do; the grid is planned as if each method took the middle one of its rates.
 */
record StudyPlan(SweepPlan rates, SweepPlan grid, SweepPlan.Total total) {
    static StudyPlan of(SweepPlan rates, SweepPlan grid) {
        return new StudyPlan(rates, grid, rates.total().and(grid.total()));
    }

    /** Throws {@link dev.palimpsest.spec.InvalidSpec} where it is known to be more. */
    void within(StudyRequest.Budget budget) {
        Faults faults = new Faults();
        faults.require(
                total.jobs() <= budget.jobs(),
                "/budget/jobs",
                "is %d, the study has %d jobs: %d that try rates and %d of the grid"
                        .formatted(
                                budget.jobs(),
                                total.jobs(),
                                rates.total().jobs(),
                                grid.total().jobs()));
        over(total.tokens(), budget.tokens(), "tokens")
                .ifPresent(words -> faults.require(false, "/budget/tokens", words));
        over(total.seconds(), budget.seconds(), "seconds")
                .ifPresent(words -> faults.require(false, "/budget/seconds", words));
        faults.raise();
    }

    private static Optional<String> over(
            @Nullable Number planned, @Nullable Number bound, String unit) {
        if (planned == null || bound == null || planned.doubleValue() <= bound.doubleValue())
            return Optional.empty();
        return Optional.of(
                "is %.0f, the study would take %.0f %s; shorten the ladder or leave ranks, rates or seeds out"
                        .formatted(bound.doubleValue(), planned.doubleValue(), unit));
    }
}
