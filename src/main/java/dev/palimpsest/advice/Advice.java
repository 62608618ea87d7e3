package dev.palimpsest.advice;

import dev.palimpsest.analysis.Estimate;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One part of the recommendation.
 *
 * @param part method, rank, alpha, targets, rate or length
 * @param value what is advised, as a job spec has it; null where the data does not say
 * @param notCovered what the grid leaves open
 */
public record Advice(
        String part,
        @Nullable JsonNode value,
        String sentence,
        List<Support> support,
        PaperRule.@Nullable Beside paper,
        List<String> notCovered,
        List<NextRun> next) {
    /** Runs that were compared; intervals are of 95 %. */
    public record Support(
            String words,
            double learningRate,
            Estimate learning,
            @Nullable Estimate forgetting,
            List<String> jobs) {
        static Support of(Tuned runs) {
            return new Support(
                    runs.condition().words(),
                    runs.rate(),
                    runs.estimate(Measured.LEARNING).orElseThrow(),
                    runs.estimate(Measured.FORGETTING).orElse(null),
                    runs.jobs());
        }

        static List<Support> of(List<Tuned> all) {
            return all.stream().map(Support::of).toList();
        }
    }
}
