package dev.palimpsest.analysis;

import dev.palimpsest.evaluation.ScoreKind;
import dev.palimpsest.jobs.Status;
import dev.palimpsest.web.Csv;
import dev.palimpsest.web.Tabular;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** How the score depends on the learning rate (paper, appendix B), one curve for each recipe. */
record Sensitivity(@Nullable ScoreKind learningKind, List<Curve> curves) implements Tabular {
    /**
     * Jobs that are alike but for rate and seed, by rate.
     *
     * @param values the fields, by dotted paths, in which the curves of this method differ
     * @param nearBest the other rates at which at least 90 % of the best score is reached
     * @param highestStable the highest rate such that no job diverged at it or at a lower one
     * @param ratioToFull the best rate over that of the full finetuning that is alike but for the
     *     method
     */
    record Curve(
            String method,
            @Nullable Integer rank,
            String optimizer,
            Map<String, JsonNode> values,
            List<Point> points,
            @Nullable Best best,
            List<Double> nearBest,
            @Nullable Double highestStable,
            @Nullable Double ratioToFull) {}

    /**
     * The rate with the best score.
     *
     * @param atEdge whether no lower or no higher rate has a score, so that a better one may lie
     *     beyond
     */
    record Best(double learningRate, double learning, boolean atEdge) {}

    /**
     * The jobs of one rate.
     *
     * @param learning the mean over those that succeeded without diverging, of two with one seed
     *     the newer
     * @param standardError of that mean; null for fewer than two
     * @param diverged how many lost their way
     */
    record Point(
            double learningRate,
            @Nullable Double learning,
            @Nullable Double standardError,
            int diverged,
            List<Run> jobs) {}

    /**
     * One job.
     *
     * @param learning of its last scored checkpoint
     */
    record Run(String job, long seed, Status status, boolean diverged, @Nullable Double learning) {
        boolean counts() {
            return status == Status.SUCCEEDED && !diverged && learning != null;
        }
    }

    /** A line a rate. */
    @Override
    public String csv() {
        Csv csv = new Csv();
        csv.line(
                List.of(
                        "curve",
                        "method",
                        "rank",
                        "optimizer",
                        "learning_rate",
                        "learning",
                        "standard_error",
                        "diverged",
                        "jobs"));
        for (Curve curve : curves)
            for (Point point : curve.points()) {
                List<@Nullable Object> line = new ArrayList<>();
                line.add(RateFigure.name(curve));
                line.add(curve.method());
                line.add(curve.rank());
                line.add(curve.optimizer());
                line.add(point.learningRate());
                line.add(point.learning());
                line.add(point.standardError());
                line.add(point.diverged());
                line.add(point.jobs().size());
                csv.line(line);
            }
        return csv.text();
    }
}
