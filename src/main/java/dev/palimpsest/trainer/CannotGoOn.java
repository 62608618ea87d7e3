package dev.palimpsest.trainer;

import dev.palimpsest.training.Diverged;

/** The run has diverged, and its spec asks for no rollback, or for no further one. */
final class CannotGoOn extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * @param lastGood the step of the last good checkpoint, 0 where there is none
     */
    CannotGoOn(Diverged diverged, long lastGood, int rollbacks) {
        super(
                "%s%s; %s. Try a lower learning rate%s"
                        .formatted(
                                diverged.getMessage(),
                                rollbacks == 0 ? "" : ", after %d rollbacks".formatted(rollbacks),
                                lastGood == 0
                                        ? "there is no good checkpoint before it"
                                        : "the last good checkpoint is that of step " + lastGood,
                                rollbacks == 0
                                        ? ", or training.on_divergence with the action roll_back"
                                        : ""),
                diverged);
    }
}
