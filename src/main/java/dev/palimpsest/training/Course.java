package dev.palimpsest.training;

import dev.palimpsest.spec.Training;

/**
 * What makes of a step's number its batch, its random numbers and its learning rate: with the
 * number, that is the data's position, the random state and the schedule.
 *
 * @param seed of the order of rows and of dropout
 * @param steps over which the schedule stretches
 * @param stepsPerEpoch after which the rows come in a new order
 */
record Course(long seed, long steps, int stepsPerEpoch) {
    static Course of(Training training, Plan plan) {
        return new Course(training.seed(), plan.steps(), plan.stepsPerEpoch());
    }

    @Override
    public String toString() {
        return "seed %d and %d steps, %d an epoch".formatted(seed, steps, stepsPerEpoch);
    }
}
