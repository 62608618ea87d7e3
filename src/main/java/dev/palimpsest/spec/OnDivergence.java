package dev.palimpsest.spec;

/**
 * What is done once the loss or the gradient norm is no number, the weights are none, or the loss
 * leaps: the job fails, or goes back to a good checkpoint and on with a lower rate.
 *
 * @param rateFactor by which each rollback multiplies the learning rate
 * @param most rollbacks of a run; the next divergence fails the job
 * @param spike the rise of a loss, in nats a token above the mean of the twenty steps before, that
 *     counts as a divergence; batches of fewer than eight labels never do
 */
public record OnDivergence(
        @Default("\"fail\"") Action action,
        @Default("0.5") double rateFactor,
        @Default("3") int most,
        @Default("5.0") double spike) {
    /** What to do first. */
    public enum Action {
        FAIL,
        ROLL_BACK
    }

    public OnDivergence {
        new Faults()
                .require(
                        rateFactor > 0 && rateFactor <= 1,
                        "/rate_factor",
                        "must be above 0 and at most 1, got " + rateFactor)
                .between(most, 1, 100, "/most")
                .require(
                        spike > 0 && spike <= 1e6,
                        "/spike",
                        "must be above 0 and at most 1000000, got " + spike)
                .raise();
    }

    /** How many rollbacks a run may have. */
    public int rollbacks() {
        return action == Action.ROLL_BACK ? most : 0;
    }

    /** What is left of the learning rate after so many rollbacks. */
    public double rateAfter(int rollbacks) {
        return Math.pow(rateFactor, rollbacks);
    }
}
