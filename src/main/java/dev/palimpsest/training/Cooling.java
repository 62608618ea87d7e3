package dev.palimpsest.training;

import dev.palimpsest.spec.Schedule;

/**
 * The rate of a run that goes on from another one, its trunk: the trunk's up to there, so that both
 * make the same next step, then a straight line down to 0 (paper, appendix A).
 *
 * @param from the trunk's step from which it goes on
 * @param trunkSteps over which the trunk's schedule stretches
 */
public record Cooling(long from, long trunkSteps) {
    double multiple(Schedule schedule, long step, long steps) {
        double trunks = schedule.multiple(Math.min(step, from), trunkSteps);
        return step <= from ? trunks : trunks * (steps - step) / (steps - from);
    }
}
