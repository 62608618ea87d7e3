package dev.palimpsest.analysis;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;

/** Which checkpoints of the front learned no less than another and forgot no more, and by what. */
final class Dominance {
    private static final int NEAREST = 3;
    private static final double NORMAL_95 = 1.959963984540054;

    /** A checkpoint, its two coordinates and their standard errors. */
    record Placed(
            String checkpoint,
            double learning,
            double forgetting,
            OptionalDouble learningError,
            OptionalDouble sourceError) {
        boolean dominates(Placed other) {
            return learning >= other.learning
                    && forgetting <= other.forgetting
                    && (learning > other.learning || forgetting < other.forgetting);
        }
    }

    private final List<Placed> front;
    private final double learned;
    private final double forgotten;

    /** Distances are measured by the range of all in each direction. */
    Dominance(List<Placed> front, List<Placed> all) {
        this.front = front;
        var learning = all.stream().mapToDouble(Placed::learning).summaryStatistics();
        var forgetting = all.stream().mapToDouble(Placed::forgetting).summaryStatistics();
        learned = Math.max(Double.MIN_NORMAL, learning.getMax() - learning.getMin());
        forgotten = Math.max(Double.MIN_NORMAL, forgetting.getMax() - forgetting.getMin());
    }

    /** The nearest first. */
    List<Placed> of(Placed point) {
        List<Better> better = new ArrayList<>();
        for (Placed one : front)
            if (one.dominates(point)) better.add(new Better(one, squaredDistance(one, point)));
        return better.stream()
                .sorted(Comparator.comparingDouble(Better::squaredDistance))
                .limit(NEAREST)
                .map(Better::one)
                .toList();
    }

    private record Better(Placed one, double squaredDistance) {}

    private double squaredDistance(Placed a, Placed b) {
        double more = (a.learning() - b.learning()) / learned;
        double less = (a.forgetting() - b.forgetting()) / forgotten;
        return more * more + less * less;
    }

    static String words(Placed better, Placed point) {
        double more = better.learning() - point.learning();
        double less = point.forgetting() - better.forgetting();
        return better.checkpoint()
                + " learned "
                + digits(more)
                + " more"
                + noise(more, better.learningError(), point.learningError())
                + " and forgot "
                + digits(less)
                + " less"
                + noise(less, better.sourceError(), point.sourceError());
    }

    /** Of ten thousand points, for which a format string would take longer than all else. */
    private static String digits(double value) {
        return new BigDecimal(value).setScale(4, RoundingMode.HALF_UP).toPlainString();
    }

    private static String noise(double difference, OptionalDouble a, OptionalDouble b) {
        if (a.isEmpty() || b.isEmpty()) return "";
        double reach = NORMAL_95 * Math.hypot(a.getAsDouble(), b.getAsDouble());
        return difference <= reach ? " (within noise)" : "";
    }
}
