package dev.palimpsest.training;

import java.util.ArrayList;
import java.util.List;

/**
 * How far a run has come.
 *
 * @param step updates made
 * @param tokens that went through the model, padding apart
 * @param rollbacks how often it went back to a checkpoint, its rate lowered each time
 * @param recentLosses of the last steps, by which a spike is told
 */
public record TrainingState(long step, long tokens, int rollbacks, List<Double> recentLosses) {
    private static final int RECENT = 20;
    private static final int FEWEST = 5;

    public TrainingState {
        recentLosses = List.copyOf(recentLosses);
    }

    static TrainingState fresh(int rollbacks) {
        return new TrainingState(0, 0, rollbacks, List.of());
    }

    TrainingState after(long batchTokens, double loss) {
        List<Double> losses = new ArrayList<>(recentLosses);
        losses.add(loss);
        if (losses.size() > RECENT) losses.removeFirst();
        return new TrainingState(step + 1, tokens + batchTokens, rollbacks, losses);
    }

    TrainingState rolledBack(int times) {
        return new TrainingState(step, tokens, times, recentLosses);
    }

    /** How far a loss lies above the mean of the last ones; nothing while those are few. */
    double rise(double loss) {
        if (recentLosses.size() < FEWEST) return 0;
        return loss - recentLosses.stream().mapToDouble(x -> x).average().orElseThrow();
    }

    /** Its checkpoint's name; a step that is made again after a rollback has another one. */
    String name() {
        return rollbacks == 0 ? "step-" + step : "step-%d-rollback-%d".formatted(step, rollbacks);
    }
}
