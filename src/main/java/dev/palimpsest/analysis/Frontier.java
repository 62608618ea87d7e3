package dev.palimpsest.analysis;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The Pareto front: the points of which none other learned at least as much and forgot at most as
 * much, and one of the two more so. Equal points are on it together.
 */
final class Frontier {
    /** A checkpoint and its two coordinates. */
    record Point(String checkpoint, double learning, double forgetting) {}

    private Frontier() {}

    /** From the one that learned least; in one pass over the points sorted by what they forgot. */
    static List<String> of(List<Point> points) {
        List<Point> sorted =
                points.stream()
                        .sorted(
                                Comparator.comparingDouble(Point::forgetting)
                                        .thenComparing(
                                                Comparator.comparingDouble(Point::learning)
                                                        .reversed()))
                        .toList();
        Set<Point> front = new HashSet<>();
        double most = Double.NEGATIVE_INFINITY;
        double forgottenByIt = Double.NaN;
        for (Point point : sorted) {
            boolean better = point.learning() > most;
            boolean equal = point.learning() == most && point.forgetting() == forgottenByIt;
            if (!better && !equal) continue;
            front.add(point);
            most = point.learning();
            forgottenByIt = point.forgetting();
        }
        return sorted.stream().filter(front::contains).map(Point::checkpoint).toList();
    }
}
