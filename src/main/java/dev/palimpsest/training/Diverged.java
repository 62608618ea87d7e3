package dev.palimpsest.training;

/** The run has lost its way at a step, and nothing that it would learn from there is worth it. */
public final class Diverged extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final long step;

    Diverged(long step, String what, double rate) {
        super("%s at step %d with learning rate %.3g".formatted(what, step, rate));
        this.step = step;
    }

    public long step() {
        return step;
    }

    /**
     * What the step before it left is no better: this step's loss follows from it, whatever the
     * rate.
     */
    public boolean comesFrom(long checkpointStep) {
        return checkpointStep >= step - 1;
    }
}
