package dev.palimpsest.external;

import dev.palimpsest.jobs.Advance;
import dev.palimpsest.metrics.Metrics;
import dev.palimpsest.spec.InvalidSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Takes in what clients log that may measure a step twice: there the newest value stands, where a
 * point that is told natively is told once. So are tasks' scores here too.
 */
@Component
public class LogPoints {
    private static final String SCORES = "eval/";

    private final ExternalJobs jobs;
    private final Advance advance;
    private final TellPoints points;
    private final Metrics metrics;
    private final TransactionTemplate transaction;

    LogPoints(
            ExternalJobs jobs,
            Advance advance,
            TellPoints points,
            Metrics metrics,
            TransactionTemplate transaction) {
        this.jobs = jobs;
        this.advance = advance;
        this.points = points;
        this.metrics = metrics;
        this.transaction = transaction;
    }

    /** A value at a step. */
    public record Logged(String key, long step, double value, Instant at)
            implements Comparable<Logged> {
        /** At one time the greater value is the newer one. */
        @Override
        public int compareTo(Logged other) {
            int later = at.compareTo(other.at);
            return later == 0 ? Double.compare(value, other.value) : later;
        }

        private PointsRequest.Point told() {
            return new PointsRequest.Point(key, step, new MetricValue(value), at, null, null, null);
        }

        private Metrics.Reading reading() {
            return new Metrics.Reading(key, step, value, at);
        }

        private Metrics.Place place() {
            return new Metrics.Place(key, step);
        }
    }

    /** All of them or none. */
    public void log(String id, List<Logged> logged) {
        List<PointsRequest.Point> scores = new ArrayList<>();
        Map<Metrics.Place, Logged> newest = new LinkedHashMap<>();
        for (Logged one : logged) {
            if (PointsRequest.DERIVED.contains(one.key()))
                throw new InvalidSpec(
                        "/key", one.key() + " is computed here out of the tasks' scores");
            if (one.key().startsWith(SCORES)) scores.add(one.told());
            else newest.merge(one.place(), one, BinaryOperator.maxBy(Comparator.naturalOrder()));
        }
        if (newest.isEmpty()) {
            points.tell(id, new PointsRequest(scores));
            return;
        }
        long step = newest.keySet().stream().mapToLong(Metrics.Place::step).max().orElseThrow();
        List<Metrics.Reading> readings = newest.values().stream().map(Logged::reading).toList();
        if (!scores.isEmpty() || !metrics.tellAhead(id, TellPoints.reached(step, 0), readings))
            transaction.executeWithoutResult(_ -> log(id, scores, step, readings));
    }

    private void log(
            String id,
            List<PointsRequest.Point> scores,
            long step,
            List<Metrics.Reading> readings) {
        if (!scores.isEmpty()) points.tell(id, new PointsRequest(scores));
        // a job that was told of scores is read already, and moves by what was read
        if (!scores.isEmpty() || !advance.reach(id, step, 0)) jobs.locked(id).reached(step, 0);
        TellPoints.requireRoom(metrics.fileNewest(id, readings));
    }
}
