package dev.palimpsest.evaluation;

/** The metric that stands for a task where tasks are compared or averaged. */
public record Primary(String metric, ScoreKind kind) {
    public boolean higherIsBetter() {
        return kind == ScoreKind.ACCURACY;
    }
}
