package dev.palimpsest.training;

import dev.palimpsest.spec.Training;
import org.jspecify.annotations.Nullable;

/**
 * What makes of a step's number its batch, its random numbers and its learning rate: with the
 * number, that is the data's position, the random state and the schedule.
 *
 * @param seed of the order of rows and of dropout
 * @param steps over which the schedule stretches
 * @param stepsPerEpoch after which the rows come in a new order
 * @param cooling of a run that goes on from its trunk
 */
record Course(long seed, long steps, int stepsPerEpoch, @Nullable Cooling cooling) {
    static Course of(Training training, Plan plan) {
        return new Course(training.seed(), plan.steps(), plan.stepsPerEpoch(), plan.cooling());
    }

    /** Whether a run on this course goes on from a step of a run on the other. */
    boolean leaves(Course trunk, long step) {
        return cooling != null
                && cooling.from() == step
                && trunk.equals(new Course(seed, cooling.trunkSteps(), stepsPerEpoch, null));
    }

    @Override
    public String toString() {
        String words = "seed %d and %d steps, %d an epoch".formatted(seed, steps, stepsPerEpoch);
        return cooling == null ? words : words + ", cooled from step " + cooling.from();
    }
}
